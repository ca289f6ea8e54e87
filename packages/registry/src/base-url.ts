import { isRepository } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";

/** Where a registry's API is, and which repositories of it are meant. */
export interface RegistryBase {
  /** `https://host[:port]/[prefix/]v2/`. */
  readonly root: URL;
  /** Host, port and path as people know it. */
  readonly address: string;
  /** Repositories lie below this path (`project/repo`); empty when all are meant. */
  readonly namespace: string;
}

export interface BaseOptions {
  readonly isPlainHttp: boolean;
  /** Whether a path belongs before `/v2/` (Artifactory, Nexus) or in front of repository names. */
  readonly isPrefix: (path: string) => boolean;
  /** Used when no base is given. */
  readonly defaultHost?: string;
  /** Other spellings of the default host. */
  readonly aliases?: readonly string[];
}

const FORBIDDEN = /[\s\\?#@\u0000-\u001f\u007f]|%/;

/**
 * Reads CR_BASE in every form that people paste: host, host and port, with or without scheme, slashes at the end, `/v2`, a path
 * (reference, 3.1).
 *
 * @throws {BrokerError} INPUT_INVALID, naming the part that cannot be right.
 */
export function parseBase(base: string | undefined, options: BaseOptions): RegistryBase {
  const text = (base ?? options.defaultHost ?? "").trim();
  if (text === "") throw invalid("is empty", "set CR_BASE to the registry's host");
  const [, scheme, rest = ""] = /^(?:(https?):\/\/)?(.*)$/i.exec(text) ?? [];
  if (FORBIDDEN.test(rest)) throw invalid("has a user name, a query or a character that no host or path has");
  if (rest.includes("://")) throw invalid("has a scheme other than http and https");
  const isPlain = chooseScheme(scheme, options.isPlainHttp);
  const slash = rest.indexOf("/");
  const host = slash < 0 ? rest : rest.slice(0, slash);
  const segments =
    slash < 0
      ? []
      : rest
          .slice(slash)
          .split("/")
          .filter((part) => part !== "");
  if (segments.some((part) => part === "." || part === "..")) throw invalid("has dots for a path segment");
  if (/^v[12]$/.test(segments.at(-1) ?? "")) segments.pop();
  return build(isPlain ? "http" : "https", host, segments.join("/"), options);
}

function chooseScheme(scheme: string | undefined, isPlainHttp: boolean): boolean {
  if (scheme?.toLowerCase() === "http" && !isPlainHttp) {
    throw invalid(
      "asks for plain HTTP",
      "use https, or allow it for this connection with TIDEWAITER_CR_PLAIN_HTTP=true",
    );
  }
  return scheme?.toLowerCase() === "https" ? false : isPlainHttp;
}

function build(scheme: string, hostText: string, path: string, options: BaseOptions): RegistryBase {
  const isAlias = options.aliases?.includes(hostText.toLowerCase()) ?? false;
  const host = isAlias && options.defaultHost ? options.defaultHost : hostText;
  const origin = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?$/i.test(host) ? URL.parse(`${scheme}://${host}/`) : null;
  if (!origin?.hostname) throw invalid("has no valid host");
  if (path !== "" && options.isPrefix(path)) {
    return { root: new URL(`${path}/v2/`, origin), address: `${origin.host}/${path}`, namespace: "" };
  }
  if (path !== "" && !isRepository(path)) throw invalid("has a path that is no repository name (lower case only)");
  return { root: new URL("v2/", origin), address: path ? `${origin.host}/${path}` : origin.host, namespace: path };
}

function invalid(reason: string, action?: string): BrokerError {
  return new BrokerError("INPUT_INVALID", `the registry's address (CR_BASE) ${reason}`, { action });
}

/**
 * A repository's full name below the API root: the connection's namespace is put in front where it is missing, and the
 * registry's own host is taken off.
 *
 * @throws {BrokerError} REFERENCE_INVALID, or REGISTRY_HOST_MISMATCH when the name carries another registry's host and port.
 */
export function qualifyRepository(repository: string, { root, namespace }: RegistryBase): string {
  const first = repository.split("/", 1)[0] ?? "";
  if (first.includes(":") && first.toLowerCase() !== root.host) {
    throw new BrokerError("REGISTRY_HOST_MISMATCH", `the image is on another registry than ${root.host}`);
  }
  const name = first.toLowerCase() === root.host ? repository.slice(first.length + 1) : repository;
  if (!isRepository(name))
    throw new BrokerError("REFERENCE_INVALID", `${JSON.stringify(name.slice(0, 200))} is no repository name`);
  const isBelow = namespace === "" || name === namespace || name.startsWith(`${namespace}/`);
  return isBelow ? name : `${namespace}/${name}`;
}
