import type { Clock, Logger } from "@tidewaiter/runtime";
import type { EventBus } from "../events/bus.ts";
import type { Connections } from "./connections.ts";

export interface PresenceOptions {
  readonly connections: Connections;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly liveClients: (connectionId: string) => number;
  /** A client came: there may be work for it. */
  readonly onCame: (connectionId: string) => void;
}

/** Which connections have a client now. */
export interface Presence {
  connected(connectionId: string): void;
  disconnected(connectionId: string): void;
  live(): readonly string[];
}

export function createPresence(options: PresenceOptions): Presence {
  const { connections, bus, log, liveClients, onCame } = options;
  const live = new Set<string>();
  const note = (work: Promise<void>): void => {
    void work.catch((error) => log.error("a connection's state was not stored", { error }));
  };
  return {
    live: () => [...live],
    connected(id) {
      live.add(id);
      note(connections.markConnected(id));
      bus.publish("connection", id, { id, state: "connected", clients: liveClients(id) });
      onCame(id);
    },
    disconnected(id) {
      const clients = liveClients(id);
      if (clients === 0) {
        live.delete(id);
        note(connections.markLost(id));
      }
      bus.publish("connection", id, { id, state: clients > 0 ? "connected" : "down", clients });
    },
  };
}
