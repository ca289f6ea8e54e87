import { BrokerError } from "@tidewaiter/runtime";
import { addressKind } from "./private-address.ts";

/** Suffixes under which strangers own the next label, so that a shared parent means nothing. */
const SHARED_SUFFIXES = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "azurecr.io",
  "azurecr.cn",
  "azurecr.us",
  "azurewebsites.net",
  "cloudapp.net",
  "cloudfront.net",
  "github.io",
  "gitlab.io",
  "herokuapp.com",
  "jfrog.io",
  "pkg.dev",
  "run.app",
  "nhncloud.com",
];
const SECOND_LEVEL = /^(ac|co|com|edu|go|gov|gob|ne|net|or|org)\.[a-z]{2}$/;

/** What a registry's answers may point at. */
export interface UrlPolicy {
  readonly registry: URL;
  /** Hosts that are trusted beside the registry's own: from the adapter and from the operator. */
  readonly trustedHosts: readonly string[];
  /** Hosts of redirects that mean something else than a way to the answer. */
  readonly deadEnds?: Readonly<Record<string, string>>;
}

/** The part of a name that one owner holds: `a.b.example.co.uk` is `example.co.uk`. Undefined for addresses and bare suffixes. */
export function registrableDomain(hostname: string): string | undefined {
  if (addressKind(hostname) !== "public" || /^[\d.]+$|:/.test(hostname)) return undefined;
  const labels = hostname.toLowerCase().split(".");
  const suffix = SHARED_SUFFIXES.find((shared) => hostname === shared || hostname.endsWith(`.${shared}`));
  const isSecondLevel = SECOND_LEVEL.test(labels.slice(-2).join("."));
  const size = suffix ? suffix.split(".").length + 1 : isSecondLevel ? 3 : 2;
  return labels.length >= size ? labels.slice(-size).join(".") : undefined;
}

/**
 * Whether credentials may be sent to a token server. The registry's own host, names above, below and beside it under one
 * owner, and trusted hosts are in order; a plain connection is only for registries that are plain themselves.
 *
 * @throws {BrokerError} REGISTRY_POLICY.
 */
export function assertTokenHost(realm: URL, { registry, trustedHosts }: UrlPolicy): void {
  if (realm.protocol !== "https:" && !(realm.protocol === "http:" && registry.protocol === "http:")) {
    throw refused(`the token server ${realm.origin} does not use https`);
  }
  if (realm.username || realm.password) throw refused("the token server's address carries a user name");
  if (isSameHost(realm, registry) || isTrusted(realm, trustedHosts)) return;
  const domain = registrableDomain(realm.hostname);
  if (domain && domain === registrableDomain(registry.hostname)) return;
  throw refused(`the registry ${registry.host} asks to send its credentials to ${realm.host}`);
}

/**
 * The address that a redirect leads to.
 *
 * @throws {BrokerError} REGISTRY_POLICY for a step down to http, another scheme, or an inner address that the registry has no business with.
 */
export function redirectTarget(from: URL, location: string | undefined, policy: UrlPolicy): URL {
  const target = location === undefined ? null : URL.parse(location, from.href);
  if (!target) throw new BrokerError("REGISTRY_PROTOCOL", `${from.host} redirects without a usable address`);
  const deadEnd = policy.deadEnds?.[target.hostname];
  if (deadEnd) throw new BrokerError("REGISTRY_PROTOCOL", `${from.host}: ${deadEnd}`);
  if (target.protocol !== "https:" && target.protocol !== "http:") {
    throw refused(`${from.host} redirects to the scheme ${target.protocol}`);
  }
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw refused(`${from.host} redirects from https to http (${target.host})`);
  }
  assertReachable(target, from, policy);
  target.username = "";
  target.password = "";
  target.hash = "";
  return target;
}

function assertReachable(target: URL, from: URL, { registry, trustedHosts }: UrlPolicy): void {
  const kind = addressKind(target.hostname);
  if (kind === "public" || isSameHost(target, registry) || isTrusted(target, trustedHosts)) return;
  if (kind === "private" && addressKind(registry.hostname) === "private") return;
  throw refused(`${from.host} redirects to the inner address ${target.host}`);
}

/**
 * Whether a name may be called at the address that it leads to. Names of link-local and metadata addresses are refused unless
 * the operator gave the name; other inner addresses are where closed networks keep their registries and storage.
 */
export function isAddressAllowed(hostname: string, address: string, { registry, trustedHosts }: UrlPolicy): boolean {
  if (addressKind(address) !== "link-local") return true;
  const url = URL.parse(`https://${hostname}/`);
  return url !== null && (isSameHost(url, registry) || isTrusted(url, trustedHosts));
}

function isSameHost(a: URL, b: URL): boolean {
  return a.hostname.toLowerCase() === b.hostname.toLowerCase();
}

/** `host`, `host:port` or `*.domain`. */
function isTrusted(url: URL, hosts: readonly string[]): boolean {
  return hosts.some((entry) => {
    const host = entry.trim().toLowerCase();
    if (host.startsWith("*.")) return url.hostname.endsWith(host.slice(1));
    return host === url.hostname || host === url.host;
  });
}

function refused(message: string): BrokerError {
  return new BrokerError("REGISTRY_POLICY", message, {
    action: "if the address is right, name its host in TIDEWAITER_CR_TOKEN_HOSTS of the broker client",
  });
}
