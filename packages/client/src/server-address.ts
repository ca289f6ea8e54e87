import type { Role } from "./tunnel-socket.ts";

/** Whose server answers: it decides how the token travels. */
export type ServerKind = "vendor" | "own";

export interface ServerIdentity {
  readonly serverUrl: URL;
  readonly token: string;
  /** SHA-256 of the token. */
  readonly hash: string;
  readonly clientId: string;
  readonly version: string;
}

/** Addresses on the server. The vendor's carry the token in the path; ours its hash, with the token in a header. */
export interface ServerAddresses {
  socket(kind: ServerKind, role: Role, serverId: string | undefined): URL;
  responseData(kind: ServerKind, key: string, role: Role, serverId: string | undefined): URL;
  /** Ours only: the body of a request that was too large for a frame. */
  requestData(key: string): URL;
  /** Ours only: a callback, with its own path and query behind. */
  callback(url: string): URL;
  health(): URL;
  headers(kind: ServerKind): Record<string, string>;
}

export function createServerAddresses({ serverUrl, token, hash, clientId, version }: ServerIdentity): ServerAddresses {
  const base = serverUrl.href.replace(/[?#].*$/, "").replace(/\/+$/, "");
  const name = (kind: ServerKind): string => (kind === "own" ? hash : token);
  const withRouting = (url: URL, role: Role, serverId: string | undefined): URL => {
    url.searchParams.set("connection_role", role);
    if (serverId !== undefined) url.searchParams.set("server_id", serverId);
    return url;
  };
  return {
    socket(kind, role, serverId) {
      const url = withRouting(new URL(`${base}/primus/${name(kind)}/`), role, serverId);
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
      url.searchParams.set("EIO", "4");
      url.searchParams.set("transport", "websocket");
      return url;
    },
    responseData: (kind, key, role, serverId) =>
      withRouting(new URL(`${base}/response-data/${name(kind)}/${encodeURIComponent(key)}`), role, serverId),
    requestData: (key) => new URL(`${base}/request-data/${hash}/${encodeURIComponent(key)}`),
    callback: (url) => new URL(`${base}/callback/${hash}${url}`),
    health: () => new URL(`${base}/healthcheck`),
    headers: (kind) => ({
      "user-agent": `Snyk Broker client ${version}`,
      "x-broker-client-version": version,
      "x-snyk-broker-client-id": clientId,
      ...(kind === "own" && { authorization: `Bearer ${token}` }),
    }),
  };
}
