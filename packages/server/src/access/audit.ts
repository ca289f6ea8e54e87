import type { Clock } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { auditEntrySchema } from "../api/contract/people.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, type PageQuery, toPage } from "../store/paging.ts";
import { fromJson, toIso, toJson } from "../store/values.ts";

export interface AuditFact {
  readonly actor: string;
  /** The operation's id, such as `connections.create`. */
  readonly action: string;
  readonly target: string;
  readonly connectionId?: string;
  readonly address: string;
  /** Holds no secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export type AuditEntry = z.output<typeof auditEntrySchema>;

/** Who did what. Entries are added and read, never changed. */
export interface Audit {
  record(fact: AuditFact): Promise<void>;
  list(query: PageQuery & { actor?: string; action?: string; since?: string }): Promise<Page<AuditEntry>>;
}

export function createAudit(db: Db, clock: Clock): Audit {
  return {
    async record({ actor, action, target, connectionId = null, address, detail = {} }) {
      const at = clock.now();
      const row = {
        id: newId(at),
        at,
        actor,
        action,
        target,
        connection_id: connectionId,
        address,
        detail: toJson(detail),
      };
      await db.insertInto("audit").values(row).execute();
    },
    async list({ limit, cursor, actor, action, since }) {
      const after = decodeCursor(cursor, 1)?.[0];
      const rows = await db
        .selectFrom("audit")
        .selectAll()
        .$if(after !== undefined, (query) => query.where("id", "<", String(after)))
        .$if(actor !== undefined, (query) => query.where("actor", "=", actor ?? ""))
        .$if(action !== undefined, (query) => query.where("action", "=", action ?? ""))
        .$if(since !== undefined, (query) => query.where("at", ">=", Date.parse(since ?? "")))
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      return toPage(
        rows,
        limit,
        ({ id }) => [id],
        (row) => ({
          id: row.id,
          at: toIso(row.at),
          actor: row.actor,
          action: row.action,
          target: row.target,
          connectionId: row.connection_id,
          address: row.address,
          detail: fromJson<Record<string, unknown>>(row.detail),
        }),
      );
    },
  };
}
