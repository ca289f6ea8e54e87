import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { connect, isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { trustedAuthorities } from "@tidewaiter/runtime";
import { takeListeners } from "../tunnel/listeners.ts";
import { PROOF_HEADER } from "../tunnel/traffic-path.ts";
import { slotOf } from "./exchange-slots.ts";
import type { PeerCalls } from "./peer-calls.ts";
import type { PeerProof } from "./peer-proof.ts";
import type { Peer } from "./replica-table.ts";
import type { Replicas } from "./replicas.ts";

export interface SessionRelayOptions {
  readonly replicas: Replicas;
  readonly calls: PeerCalls;
  readonly proof: PeerProof;
  /** PEM of further authorities, when servers speak HTTPS among themselves. */
  readonly ca: string | undefined;
}

/**
 * The vendor's client begins with long polling: many requests of one session, which a balancer spreads (protocol 1.1).
 * Those of a session that another server opened go there, and so does its upgrade to a WebSocket. Call it after everything
 * else listens.
 */
export function relaySessions(server: Server, options: SessionRelayOptions): void {
  const { calls, proof } = options;
  const ownerOf = (req: IncomingMessage): Peer | undefined => {
    const sid = sessionOf(req.url ?? "");
    if (sid === undefined || proof.holds(req)) return undefined;
    const slot = slotOf(sid);
    return slot === undefined || slot === options.replicas.slot ? undefined : options.replicas.at(slot);
  };
  const requests = takeListeners(server, "request");
  server.on("request", (req: IncomingMessage, res: ServerResponse) => {
    const owner = ownerOf(req);
    if (!owner) for (const listener of requests) listener.call(server, req, res);
    // The client opens a new session when its server is gone.
    else calls.relay(owner, req, res).catch(() => res.destroy());
  });
  const upgrades = takeListeners(server, "upgrade");
  server.on("upgrade", (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    const owner = ownerOf(req);
    if (owner) joinSockets(owner, req, socket, head, options);
    else for (const listener of upgrades) listener.call(server, req, socket, head);
  });
}

const CONNECT_MS = 10_000;

function sessionOf(url: string): string | undefined {
  if (!url.startsWith("/primus/")) return undefined;
  return new URLSearchParams(url.slice(url.indexOf("?") + 1)).get("sid") ?? undefined;
}

/** After the handshake, which the owner answers, bytes go both ways untouched. */
function joinSockets(
  owner: Peer,
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: SessionRelayOptions,
): void {
  const url = new URL(owner.url);
  const isTls = url.protocol === "https:";
  const target = { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || (isTls ? 443 : 80)) };
  const ca = trustedAuthorities(options.ca);
  const other = isTls
    ? connectTls({ ...target, ca, ...(!isIP(target.host) && { servername: target.host }) })
    : connect(target);
  other.setTimeout(CONNECT_MS, () => other.destroy());
  other.once(isTls ? "secureConnect" : "connect", () => {
    other.setTimeout(0);
    other.write(handshakeOf(req, options.proof));
    if (head.length > 0) other.write(head);
    socket.pipe(other).pipe(socket);
  });
  for (const [one, another] of [
    [socket, other],
    [other, socket],
  ] as const) {
    one.once("error", () => another.destroy());
    one.once("close", () => another.destroy());
  }
}

function handshakeOf({ method = "GET", url = "/", rawHeaders }: IncomingMessage, proof: PeerProof): string {
  const lines = [`${method} ${url} HTTP/1.1`, `${PROOF_HEADER}: ${proof.sign(method, url)}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== PROOF_HEADER) lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}
