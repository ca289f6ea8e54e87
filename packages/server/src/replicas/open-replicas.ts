import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Clock, configInvalid, type Logger } from "@tidewaiter/runtime";
import type { ServerSettings } from "../config.ts";
import type { Db } from "../store/open.ts";
import { createReplicaLine } from "./replica-line.ts";
import { formatMessage, parseMessage, type ReplicaMessage } from "./replica-messages.ts";
import { type Peer, type PeerTunnels, readPeers, register, renew, sweepGone, unregister } from "./replica-table.ts";
import { type ReplicaHandlers, type Replicas, soloReplicas } from "./replicas.ts";

export interface ReplicasOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: ServerSettings;
}

/** Before the rest of the server is there. */
const NO_HANDLERS: ReplicaHandlers = {
  tunnels: () => [],
  advisories: () => undefined,
  onMessage: () => {},
  onLead: () => {},
  onLook: () => {},
};

/** Signs of life in the time of a lease. */
const BEATS = 4;

/**
 * Joins the servers on this store when TIDEWAITER_REPLICA_URL is set; else this one is alone.
 *
 * @throws {BrokerError} CONFIG_INVALID for a setting that others depend on, CONFLICT for too many servers.
 */
export async function openReplicas(options: ReplicasOptions): Promise<Replicas> {
  const { settings, db, log, clock } = options;
  const { DATABASE_URL: databaseUrl, TIDEWAITER_REPLICA_LEASE_MS: leaseMs } = settings;
  const id = randomUUID();
  if (!settings.TIDEWAITER_REPLICA_URL) return soloReplicas(id);
  if (!databaseUrl) throw needs("DATABASE_URL");
  if (!settings.TIDEWAITER_ENCRYPTION_KEY) throw needs("TIDEWAITER_ENCRYPTION_KEY");
  const url = settings.TIDEWAITER_REPLICA_URL.replaceAll("{hostname}", hostname()).replace(/\/+$/, "");
  let handlers = NO_HANDLERS;
  const book = createBook(options, id, () => handlers);
  const line = createReplicaLine({
    databaseUrl,
    log,
    clock,
    tickMs: Math.min(1_000, Math.ceil(leaseMs / BEATS)),
    onMessage: (text) => {
      const message = parseMessage(text, id);
      if (message) book.take(message);
    },
    onBack: () => book.take({ kind: "reset" }),
    onLead: () => handlers.onLead(),
    overflow: formatMessage(id, { kind: "reset" }),
  });
  let slot = await register(db, id, url, leaseMs);
  let hasLeft = false;
  const beat = async (): Promise<void> => {
    if (hasLeft) return;
    const isKnown = await renew(db, id, handlers.advisories() ?? null, handlers.tunnels(), leaseMs);
    if (!isKnown) slot = await register(db, id, url, leaseMs);
    if (line.isLeader) await sweepGone(db);
    await book.look();
  };
  await line.tick();
  await book.look();
  const send = (message: ReplicaMessage): void => line.send(formatMessage(id, message));
  return {
    id,
    url,
    get slot() {
      return slot;
    },
    leads: () => line.isLeader,
    peers: book.peers,
    clients: book.clients,
    holders: book.holders,
    at: (wanted) => book.peers().find((peer) => peer.slot === wanted),
    suspect: book.suspect,
    send,
    changed: inTurn(async () => {
      await beat().catch((error) => log.error("the other servers do not know of a broker client", { error }));
      send({ kind: "tunnels" });
    }),
    async run(wanted, signal) {
      handlers = wanted;
      if (line.isLeader) handlers.onLead();
      const pulse = async (): Promise<void> => {
        while (!signal.aborted) {
          await beat().catch((error) => {
            if (!signal.aborted) log.error("no sign of life was given to the other servers", { error });
          });
          await clock.sleep(leaseMs / BEATS, signal).catch(() => {});
        }
      };
      await Promise.all([pulse(), line.run(signal)]);
    },
    async leave() {
      hasLeft = true;
      await unregister(db, id);
      send({ kind: "tunnels" });
    },
    close: () => line.close(),
  };
}

/** What is known of the others, and their messages in the order in which they came. */
function createBook({ db, log }: ReplicasOptions, id: string, handlers: () => ReplicaHandlers) {
  let known: PeerTunnels = { peers: [], tunnels: [] };
  const suspects = new Set<string>();
  let turn: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    known = await readPeers(db, id);
    suspects.clear();
    handlers().onLook(known.peers);
  };
  const peers = (): readonly Peer[] => known.peers.filter((peer) => !suspects.has(peer.id));
  return {
    look,
    peers,
    suspect: (peer: Peer) => void suspects.add(peer.id),
    clients: (connectionId: string) =>
      known.tunnels.filter((tunnel) => tunnel.connectionId === connectionId).map(({ client }) => client),
    holders(connectionId: string) {
      const ids = new Set(
        known.tunnels.filter((tunnel) => tunnel.connectionId === connectionId).map(({ replicaId }) => replicaId),
      );
      return peers().filter((peer) => ids.has(peer.id));
    },
    /** An event that follows a change of tunnels must find the list that was read because of it. */
    take(message: ReplicaMessage) {
      turn = turn
        .then(async () => {
          if (message.kind === "tunnels" || message.kind === "reset") await look();
          handlers().onMessage(message);
        })
        .catch((error) => log.error("a message of another server was lost", { kind: message.kind, error }));
    },
  };
}

/** Runs one at a time; all who ask while one runs wait for the same next one. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    await current;
    next = undefined;
    current = work();
    await current;
  };
  return () => {
    next ??= run();
    return next;
  };
}

function needs(variable: string) {
  return configInvalid([{ path: variable, reason: "is needed with TIDEWAITER_REPLICA_URL, the same on all servers" }]);
}
