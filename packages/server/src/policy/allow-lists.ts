import type { Clock } from "@tidewaiter/runtime";
import { BrokerError } from "@tidewaiter/runtime";
import { notFound, sees, type Viewer } from "../access/principal.ts";
import type { AllowEntry } from "../api/contract/allow-lists.ts";
import type { AllowMode } from "../connections/connections.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { toIso, toIsoOrNull } from "../store/values.ts";
import { type AllowRule, parseAdvisoryIds } from "./allow-rules.ts";

const ADVISORY_ID = /^[A-Z][A-Z0-9]*(?:[-:._][A-Z0-9]+)+$/;
const MAX_IDS = 5_000;

export interface NewEntries {
  readonly advisories: string;
  readonly package: string | null;
  readonly reason: string;
  readonly expiresAt: string | null;
}

/** The common list (connection null) and the lists of connections. */
export interface AllowLists {
  list(connectionId: string | null): Promise<AllowEntry[]>;
  /** @throws {BrokerError} INPUT_INVALID for text that holds no advisory ids. */
  add(connectionId: string | null, entries: NewEntries, author: string): Promise<AllowEntry[]>;
  /** @throws {BrokerError} NOT_FOUND; FORBIDDEN for the common list, when the viewer sees some connections only. */
  remove(viewer: Viewer, id: string): Promise<AllowEntry>;
  /** What applies to a connection: its own list replaces the common one, or both in `merge`. */
  rulesFor(connectionId: string): Promise<AllowRule[]>;
  applyingTo(connectionId: string): Promise<AllowEntry[]>;
}

export function createAllowLists(db: Db, clock: Clock): AllowLists {
  const rowsOf = (connectionId: string | null): Promise<Tables["allow_entries"][]> =>
    db
      .selectFrom("allow_entries")
      .selectAll()
      .$if(connectionId === null, (query) => query.where("connection_id", "is", null))
      .$if(connectionId !== null, (query) => query.where("connection_id", "=", connectionId))
      .orderBy("advisory")
      .orderBy("id")
      .execute();
  const applying = async (connectionId: string): Promise<Tables["allow_entries"][]> => {
    const row = await db
      .selectFrom("connections")
      .select("allow_mode")
      .where("id", "=", connectionId)
      .executeTakeFirst();
    const mode = (row?.allow_mode ?? "common") as AllowMode;
    const common = mode === "replace" ? [] : await rowsOf(null);
    return mode === "common" ? common : [...(await rowsOf(connectionId)), ...common];
  };
  const view = (row: Tables["allow_entries"]): AllowEntry => toView(row, clock.now());
  return {
    list: async (connectionId) => (await rowsOf(connectionId)).map(view),
    async add(connectionId, entries, author) {
      const rows = toRows(connectionId, entries, author, clock.now());
      await db.transaction().execute(async (trx) => {
        await removeSame(trx, connectionId, entries.package, rows);
        await trx.insertInto("allow_entries").values(rows).execute();
      });
      if (connectionId !== null) await takeOwnList(db, connectionId);
      return rows.map(view);
    },
    async remove(viewer, id) {
      const row = await db.selectFrom("allow_entries").selectAll().where("id", "=", id).executeTakeFirst();
      if (!row || (row.connection_id !== null && !sees(viewer, row.connection_id))) throw notFound("allow-list entry");
      assertMayChange(viewer, row.connection_id);
      await db.deleteFrom("allow_entries").where("id", "=", id).execute();
      return view(row);
    },
    rulesFor: async (connectionId) => (await applying(connectionId)).map(toRule),
    applyingTo: async (connectionId) => (await applying(connectionId)).map(view),
  };
}

/** The common list concerns every connection, so only those who see all of them may change it. */
export function assertMayChange({ connections }: Viewer, connectionId: string | null): void {
  if (connectionId === null && connections !== null) {
    throw new BrokerError("FORBIDDEN", "the common list concerns connections that you may not see");
  }
}

/** The first own entry makes the own list replace the common one; a mode that somebody chose stays. */
async function takeOwnList(db: Db, connectionId: string): Promise<void> {
  await db
    .updateTable("connections")
    .set({ allow_mode: "replace" })
    .where("id", "=", connectionId)
    .where("allow_mode", "=", "common")
    .execute();
}

/** What is entered again takes the place of what was there: one reason and one expiry for each. */
async function removeSame(
  db: Db,
  connectionId: string | null,
  name: string | null,
  rows: readonly Tables["allow_entries"][],
): Promise<void> {
  await db
    .deleteFrom("allow_entries")
    .where("connection_id", connectionId === null ? "is" : "=", connectionId)
    .where("package", name === null ? "is" : "=", name)
    .where(
      "advisory",
      "in",
      rows.map(({ advisory }) => advisory),
    )
    .execute();
}

function toRows(
  connectionId: string | null,
  entries: NewEntries,
  author: string,
  now: number,
): Tables["allow_entries"][] {
  const ids = parseAdvisoryIds(entries.advisories);
  const bad = ids.findIndex((id) => id.length > 100 || !ADVISORY_ID.test(id));
  if (ids.length === 0 || ids.length > MAX_IDS || bad >= 0) {
    const reason =
      bad >= 0 ? `entry ${bad + 1} is no advisory id, such as CVE-2024-1234` : `give 1 to ${MAX_IDS} advisory ids`;
    throw new BrokerError("INPUT_INVALID", `advisories: ${reason}`, { details: [{ path: "advisories", reason }] });
  }
  return ids.map((advisory) => ({
    id: newId(now),
    connection_id: connectionId,
    advisory,
    package: entries.package,
    reason: entries.reason,
    created_by: author,
    created_at: now,
    expires_at: entries.expiresAt === null ? null : Date.parse(entries.expiresAt),
  }));
}

function toRule(row: Tables["allow_entries"]): AllowRule {
  return { id: row.id, advisory: row.advisory, package: row.package, reason: row.reason, expiresAt: row.expires_at };
}

function toView(row: Tables["allow_entries"], now: number): AllowEntry {
  return {
    id: row.id,
    connectionId: row.connection_id,
    advisory: row.advisory,
    package: row.package,
    reason: row.reason,
    createdBy: row.created_by,
    createdAt: toIso(row.created_at),
    expiresAt: toIsoOrNull(row.expires_at),
    isExpired: row.expires_at !== null && row.expires_at <= now,
  };
}
