import type { TunnelClient } from "../tunnel/hub.ts";
import type { ReplicaMessage } from "./replica-messages.ts";
import type { Peer, PlacedClient } from "./replica-table.ts";

/** What the rest of this server has to do with the others. */
export interface ReplicaHandlers {
  /** The broker clients that this server holds. */
  readonly tunnels: () => readonly PlacedClient[];
  /** When this server's advisory data was built. */
  readonly advisories: () => string | undefined;
  readonly onMessage: (message: ReplicaMessage) => void;
  /** This server leads from now on. */
  readonly onLead: () => void;
  /** The list of the others was read anew. */
  readonly onLook: (peers: readonly Peer[]) => void;
}

/** The servers that share the store with this one, as far as they concern it. */
export interface Replicas {
  /** Of this process; another one after a restart. */
  readonly id: string;
  /** This server's number among those that live now. */
  readonly slot: number;
  /** Where the others reach this one; undefined for a server that is alone. */
  readonly url: string | undefined;
  /** True for exactly one of them: it looks at timetables and leases, and fetches advisories. */
  leads(): boolean;
  /** The others, but for those that did not answer a moment ago. */
  peers(): readonly Peer[];
  /** Broker clients that others hold. */
  clients(connectionId: string): readonly TunnelClient[];
  /** Servers that hold a broker client of the connection. */
  holders(connectionId: string): readonly Peer[];
  at(slot: number): Peer | undefined;
  /** It did not answer: it is asked for nothing more until its next sign of life. */
  suspect(peer: Peer): void;
  /** Tells the others. */
  send(message: ReplicaMessage): void;
  /** The broker clients of this server changed; resolves when the others can know. */
  changed(): Promise<void>;
  /** Until the signal fires. Nothing of the others arrives before. */
  run(handlers: ReplicaHandlers, signal: AbortSignal): Promise<void>;
  /** Takes this server out, so that nobody asks it any more. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** A server that shares its store with nobody leads itself. */
export function soloReplicas(id: string): Replicas {
  return {
    id,
    slot: 0,
    url: undefined,
    leads: () => true,
    peers: () => [],
    clients: () => [],
    holders: () => [],
    at: () => undefined,
    suspect: () => {},
    send: () => {},
    changed: async () => {},
    run: async ({ onLead }) => onLead(),
    leave: async () => {},
    close: async () => {},
  };
}
