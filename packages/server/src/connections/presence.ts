import type { Clock, Logger } from "@tidewaiter/runtime";
import type { EventBus } from "../events/bus.ts";
import type { Connections } from "./connections.ts";

export interface PresenceOptions {
  readonly connections: Connections;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly ownClients: (connectionId: string) => number;
  /** On all servers. */
  readonly liveClients: (connectionId: string) => number;
  /** Lets the other servers know first; what is told then can be read there. */
  readonly changed: () => Promise<void>;
  /** A client came: there may be work for it. */
  readonly onCame: (connectionId: string) => void;
}

/** Which connections have a client of this server now. */
export interface Presence {
  connected(connectionId: string): void;
  disconnected(connectionId: string): void;
  live(): readonly string[];
}

export function createPresence(options: PresenceOptions): Presence {
  const { connections, bus, log, liveClients, changed, onCame } = options;
  const live = new Set<string>();
  const turns = new Map<string, Promise<void>>();
  /** One step after the other for each connection, so that what came last is what stands in the store. */
  const queue = (id: string, step: (id: string) => Promise<void>): void => {
    const turn = (turns.get(id) ?? Promise.resolve())
      .then(() => step(id))
      .catch((error) => log.error("a connection's state was not stored", { error }))
      .finally(() => turns.get(id) === turn && turns.delete(id));
    turns.set(id, turn);
  };
  const came = async (id: string): Promise<void> => {
    await changed();
    await connections.markConnected(id);
    bus.publish("connection", id, { id, state: "connected", clients: liveClients(id) });
    onCame(id);
  };
  const left = async (id: string): Promise<void> => {
    await changed();
    const clients = liveClients(id);
    if (clients === 0) await connections.markLost(id);
    bus.publish("connection", id, { id, state: clients > 0 ? "connected" : "down", clients });
  };
  return {
    live: () => [...live],
    connected(id) {
      live.add(id);
      queue(id, came);
    },
    disconnected(id) {
      if (options.ownClients(id) === 0) live.delete(id);
      queue(id, left);
    },
  };
}
