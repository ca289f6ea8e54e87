import { lookup } from "node:dns";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { LookupFunction } from "node:net";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import { BrokerError } from "./errors.ts";
import type { Env } from "./settings.ts";

// Loaded when a dispatcher is made: commands that call nobody start sooner.
const load = createRequire(import.meta.url);

/** How sockets leave the process: one answer for the tunnel, registries, callbacks and downloads. */
export interface OutboundOptions {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  /** Hosts that are called directly, comma-separated, as in NO_PROXY. */
  readonly noProxy?: string;
  /** PEM of further authorities; Node's own and those of NODE_EXTRA_CA_CERTS stay trusted. */
  readonly ca?: string;
  readonly rejectUnauthorized?: boolean;
  readonly connectTimeoutMs?: number;
  readonly headersTimeoutMs?: number;
  /** Longest silence inside a body. */
  readonly bodyTimeoutMs?: number;
  /** Sockets for each origin. */
  readonly connections?: number;
  /**
   * False keeps to HTTP/1.1: a large body on a connection of its own passes with less work than in HTTP/2's frames, and is
   * not held up by the window of a connection that others share. True when left out.
   */
  readonly allowsHttp2?: boolean;
  /**
   * Asked for each address that a host name leads to; calls to a name without an allowed one fail with the system code
   * EADDRREFUSED. Addresses in URLs are not asked about, and a proxy resolves names by itself.
   */
  readonly isAddressAllowed?: (hostname: string, address: string) => boolean;
}

/** What `ca` of a TLS socket must be so that a further authority is trusted beside the usual ones; undefined without one. */
export function trustedAuthorities(ca: string | undefined): string[] | undefined {
  return ca ? [...getCACertificates("default"), ca] : undefined;
}

const MAX_CONTEXTS = 100;
const contexts = new Map<string, SecureContext>();

/** What TLS sockets trust with a further authority. Reading all authorities takes tens of milliseconds, so it is done once for each text. */
function trustWith(ca: string): SecureContext {
  const context = contexts.get(ca) ?? createSecureContext({ ca: trustedAuthorities(ca) });
  const [oldest] = contexts.keys();
  if (contexts.size >= MAX_CONTEXTS && oldest !== undefined) contexts.delete(oldest);
  contexts.set(ca, context);
  return context;
}

/** An undici dispatcher that follows the proxy and CA settings. Whoever creates it closes it. */
export function createDispatcher(options: OutboundOptions): Dispatcher {
  const { httpProxy, httpsProxy, noProxy, ca, rejectUnauthorized = true } = options;
  const tls = { ...(ca && { secureContext: trustWith(ca) }), rejectUnauthorized };
  const common = {
    headersTimeout: options.headersTimeoutMs ?? 30_000,
    bodyTimeout: options.bodyTimeoutMs ?? 30_000,
    connections: options.connections ?? 64,
    allowH2: options.allowsHttp2 ?? true,
    connect: {
      timeout: options.connectTimeoutMs ?? 10_000,
      ...tls,
      ...(options.isAddressAllowed && { lookup: guardedLookup(options.isAddressAllowed) }),
    },
  };
  const { Agent, EnvHttpProxyAgent }: typeof import("undici") = load("undici");
  if (!httpProxy && !httpsProxy) return new Agent(common);
  return new EnvHttpProxyAgent({
    ...common,
    requestTls: tls,
    httpProxy: httpProxy ?? "",
    httpsProxy: httpsProxy ?? httpProxy ?? "",
    noProxy: noProxy ?? "",
  });
}

/** Node's own lookup without the addresses that are refused: what is checked is what is connected to. */
function guardedLookup(isAllowed: NonNullable<OutboundOptions["isAddressAllowed"]>): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => isAllowed(hostname, address));
      const [first] = allowed;
      if (!first) {
        const refusal = new Error(`${hostname} leads to an address that is not allowed`);
        return callback(Object.assign(refusal, { code: "EADDRREFUSED" }), []);
      }
      if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/**
 * The proxy and CA variables, in either case, with PROXY_AUTH (`user:password`) put into proxy addresses that have none.
 *
 * @throws {BrokerError} CONFIG_INVALID for an unreadable CA_CERT or a proxy that is no URL.
 */
export function outboundFromEnv(env: Env): OutboundOptions {
  const pick = (name: string): string | undefined => env[name] || env[name.toLowerCase()] || undefined;
  return {
    httpProxy: proxyUrl("HTTP_PROXY", pick("HTTP_PROXY"), env.PROXY_AUTH),
    httpsProxy: proxyUrl("HTTPS_PROXY", pick("HTTPS_PROXY"), env.PROXY_AUTH),
    noProxy: pick("NO_PROXY"),
    ca: env.CA_CERT ? readCa(env.CA_CERT) : undefined,
    rejectUnauthorized: env.NODE_TLS_REJECT_UNAUTHORIZED !== "0",
  };
}

function proxyUrl(name: string, value: string | undefined, auth: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (!url) throw new BrokerError("CONFIG_INVALID", `${name}: is no URL`);
  if (auth && !url.username) {
    const [user = "", ...password] = auth.split(":");
    url.username = user;
    url.password = password.join(":");
  }
  return url.href;
}

/** CA_CERT may hold the PEM text itself or the path of a file. */
function readCa(value: string): string {
  if (value.includes("-----BEGIN")) return value.replaceAll("\\n", "\n");
  try {
    return readFileSync(value, "utf8");
  } catch (error) {
    throw new BrokerError("CONFIG_INVALID", "CA_CERT: the file cannot be read", { cause: error });
  }
}
