import { BrokerError } from "@tidewaiter/runtime";

/** Where a Docker engine listens. */
export type DaemonAddress =
  | { readonly socketPath: string }
  | { readonly protocol: "http" | "https"; readonly host: string; readonly port: number };

const DEFAULT_SOCKET = "/var/run/docker.sock";

/**
 * Reads CR_BASE of a `docker-daemon` connection: a socket's path, `unix://…`, `tcp://host:port` or an http address; the usual
 * socket when it is empty.
 *
 * @throws {BrokerError} INPUT_INVALID
 */
export function parseDaemonAddress(base: string | undefined): DaemonAddress {
  const text = (base ?? "").trim();
  if (text === "") return { socketPath: DEFAULT_SOCKET };
  if (text.startsWith("/")) return { socketPath: text };
  if (text.startsWith("unix://")) return { socketPath: text.slice("unix://".length) };
  const url = URL.parse(text.includes("://") ? text.replace(/^tcp:/, "http:") : `http://${text}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "") {
    throw new BrokerError("INPUT_INVALID", "the engine's address (CR_BASE) is neither a socket nor host and port");
  }
  const isTls = url.protocol === "https:";
  return { protocol: isTls ? "https" : "http", host: url.hostname, port: Number(url.port) || (isTls ? 2376 : 2375) };
}
