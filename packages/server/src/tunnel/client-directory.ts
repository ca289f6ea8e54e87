import { BrokerError, type Secret } from "@tidewaiter/runtime";
import { TIDEWAITER_STREAMS } from "@tidewaiter/tunnel";
import type { TunnelClient } from "./hub.ts";
import type { TunnelConnection } from "./tunnel-connection.ts";

/** How long a token that lost its last client is called "not ready" instead of "not connected" (protocol 1.9). */
const RECENTLY_MS = 60_000;

/** One broker client: its sockets, newest first, and what it said of itself. */
export interface ConnectedClient {
  readonly clientId: string;
  readonly connectionId: string;
  readonly token: Secret;
  readonly tokenHash: string;
  readonly version: string;
  readonly capabilities: ReadonlySet<string>;
  readonly filters: unknown;
  readonly address: string;
  readonly connectedAt: number;
  readonly sockets: TunnelConnection[];
  /** The most that there were at once. */
  mostSockets: number;
  inFlight: number;
}

/** What does not change while a client is connected. */
type ClientSelf = Omit<ConnectedClient, "sockets" | "mostSockets" | "inFlight">;

/** Who is connected. */
export interface ClientDirectory {
  /** Adds a socket to its client, which is created when it is the first; undefined when the token has too many clients. */
  add(identity: ClientSelf, socket: TunnelConnection): ConnectedClient | undefined;
  /** Takes a socket away; true when its client has none left. */
  remove(client: ConnectedClient, socket: TunnelConnection): boolean;
  /** @throws {BrokerError} NO_CONNECTION, or TUNNEL_DOWN when a client was there a moment ago. */
  choose(connectionId: string): ConnectedClient;
  clientsOf(connectionId: string): readonly ConnectedClient[];
  /** The connection of a token with a client that is (or was, a moment ago) there. */
  connectionOf(tokenHash: string): string | undefined;
  all(): Iterable<ConnectedClient>;
}

export function createClientDirectory(maxClients: number, now: () => number = Date.now): ClientDirectory {
  const byConnection = new Map<string, Map<string, ConnectedClient>>();
  const connectionByHash = new Map<string, string>();
  const lostAt = new Map<string, { readonly at: number; readonly tokenHash: string }>();
  const clientsOf = (connectionId: string): ConnectedClient[] => [...(byConnection.get(connectionId)?.values() ?? [])];
  const forgetLost = (): void => {
    for (const [connectionId, { at, tokenHash }] of lostAt) {
      if (now() - at < RECENTLY_MS) continue;
      lostAt.delete(connectionId);
      if (!byConnection.has(connectionId)) connectionByHash.delete(tokenHash);
    }
  };
  return {
    add(identity, socket) {
      const { connectionId, clientId, tokenHash } = identity;
      const clients = byConnection.get(connectionId) ?? new Map<string, ConnectedClient>();
      const known = clients.get(clientId);
      if (!known && clients.size >= maxClients) return undefined;
      const client = known ?? { ...identity, sockets: [], mostSockets: 0, inFlight: 0 };
      client.sockets.unshift(socket);
      client.mostSockets = Math.max(client.mostSockets, client.sockets.length);
      clients.set(clientId, client);
      byConnection.set(connectionId, clients);
      connectionByHash.set(tokenHash, connectionId);
      return client;
    },
    remove(client, socket) {
      const index = client.sockets.indexOf(socket);
      if (index >= 0) client.sockets.splice(index, 1);
      const clients = byConnection.get(client.connectionId);
      if (client.sockets.length > 0 || clients?.get(client.clientId) !== client) return false;
      clients.delete(client.clientId);
      if (clients.size > 0) return true;
      byConnection.delete(client.connectionId);
      forgetLost();
      lostAt.set(client.connectionId, { at: now(), tokenHash: client.tokenHash });
      return true;
    },
    choose(connectionId) {
      let best: ConnectedClient | undefined;
      for (const client of byConnection.get(connectionId)?.values() ?? []) {
        if (openSocket(client) && (!best || client.inFlight < best.inFlight)) best = client;
      }
      if (best) return best;
      forgetLost();
      if (!lostAt.has(connectionId))
        throw new BrokerError("NO_CONNECTION", "no broker client with this token is connected");
      throw new BrokerError("TUNNEL_DOWN", "the broker client of this token is reconnecting", { retryAfterMs: 1_000 });
    },
    clientsOf,
    connectionOf: (tokenHash) => {
      forgetLost();
      return connectionByHash.get(tokenHash);
    },
    *all() {
      for (const clients of byConnection.values()) yield* clients.values();
    },
  };
}

/** The newest open socket. */
export function openSocket(client: ConnectedClient): TunnelConnection | undefined {
  return client.sockets.find(({ isOpen }) => isOpen);
}

export function describeClient(client: ConnectedClient): TunnelClient {
  return {
    clientId: client.clientId,
    version: client.version,
    address: client.address,
    transport: openSocket(client)?.transport ?? "polling",
    isTidewaiter: client.capabilities.has(TIDEWAITER_STREAMS),
    connectedAt: client.connectedAt,
    inFlight: client.inFlight,
    sockets: client.sockets.length,
    mostSockets: client.mostSockets,
  };
}
