import { BrokerError } from "@tidewaiter/runtime";
import { sql } from "kysely";
import type { Db } from "../store/open.ts";
import { fromJson, toJson } from "../store/values.ts";
import type { TunnelClient } from "../tunnel/hub.ts";

/** Another server on the same store. */
export interface Peer {
  readonly id: string;
  /** Stands in the ids of its exchanges, so that answers find it. */
  readonly slot: number;
  readonly url: string;
  /** When its advisory data was built. */
  readonly advisories: string | null;
}

export interface PlacedClient {
  readonly connectionId: string;
  readonly client: TunnelClient;
}

export interface PeerTunnels {
  readonly peers: readonly Peer[];
  readonly tunnels: readonly (PlacedClient & { readonly replicaId: string })[];
}

/** What fits into an exchange's id. */
export const MAX_SERVERS = 64;
const now = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const leaseOf = (leaseMs: number) => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint + ${leaseMs}`;

/**
 * Takes a place among the servers: the lowest number that is free.
 *
 * @throws {BrokerError} CONFLICT when there are as many servers as there may be.
 */
export async function register(db: Db, id: string, url: string, leaseMs: number): Promise<number> {
  for (let tries = 0; tries < MAX_SERVERS; tries += 1) {
    await sweepGone(db);
    const taken = new Set((await db.selectFrom("replicas").select("slot").execute()).map(({ slot }) => slot));
    const slot = Array.from({ length: MAX_SERVERS }, (_, index) => index).find((index) => !taken.has(index));
    if (slot === undefined) break;
    const added = await db
      .insertInto("replicas")
      .values({ id, slot, url, advisories: null, lease_until: leaseOf(leaseMs) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 1n) return slot;
  }
  throw new BrokerError("CONFLICT", `${MAX_SERVERS} servers share this store already`);
}

/** A sign of life with what this server holds; false when it counted as gone and has to register again. */
export async function renew(
  db: Db,
  id: string,
  advisories: string | null,
  tunnels: readonly PlacedClient[],
  leaseMs: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const set = { advisories, lease_until: leaseOf(leaseMs) };
    const renewed = await trx.updateTable("replicas").set(set).where("id", "=", id).executeTakeFirst();
    if (renewed.numUpdatedRows === 0n) return false;
    await trx.deleteFrom("tunnels").where("replica_id", "=", id).execute();
    const rows = tunnels.map(({ connectionId, client }) => ({
      replica_id: id,
      connection_id: connectionId,
      client_id: client.clientId,
      client: toJson(client),
    }));
    if (rows.length > 0) await trx.insertInto("tunnels").values(rows).execute();
    return true;
  });
}

/** The other servers that are alive, and the broker clients that they hold. */
export async function readPeers(db: Db, self: string): Promise<PeerTunnels> {
  const peers = await db
    .selectFrom("replicas")
    .select(["id", "slot", "url", "advisories"])
    .where("id", "<>", self)
    .where("lease_until", ">", now)
    .orderBy("slot")
    .execute();
  if (peers.length === 0) return { peers, tunnels: [] };
  const rows = await db
    .selectFrom("tunnels")
    .selectAll()
    .where(
      "replica_id",
      "in",
      peers.map(({ id }) => id),
    )
    .execute();
  const tunnels = rows.map(({ replica_id, connection_id, client }) => ({
    replicaId: replica_id,
    connectionId: connection_id,
    client: fromJson<TunnelClient>(client),
  }));
  return { peers, tunnels };
}

/** Forgets servers that gave no sign of life, and their tunnels with them. */
export async function sweepGone(db: Db): Promise<void> {
  await db.deleteFrom("replicas").where("lease_until", "<=", now).execute();
}

export async function unregister(db: Db, id: string): Promise<void> {
  await db.deleteFrom("replicas").where("id", "=", id).execute();
}
