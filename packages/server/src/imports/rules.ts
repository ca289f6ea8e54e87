import { type Clock, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { z } from "zod";
import { notFound, sees, type Viewer } from "../access/principal.ts";
import type { ruleChangeSchema, ruleInputSchema, ruleSchema } from "../api/contract/imports.ts";
import type { Listings } from "../connections/listings.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { fromJson, toIso, toIsoOrNull, toJson } from "../store/values.ts";
import { chooseTags } from "./choose-tags.ts";
import type { ImportProgress } from "./import-progress.ts";
import { queueImages } from "./imports.ts";

export interface RulesOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listings: Listings;
  readonly progress: ImportProgress;
  readonly queueTimeoutMs: number;
  readonly wake: () => void;
  /** Fires when the server stops. */
  readonly signal: AbortSignal;
}

/** Repositories that are followed: their tags of now, and those that come. */
export interface Rules {
  /** One rule for each repository; a second one replaces the first. */
  save(connectionId: string, rule: z.output<typeof ruleInputSchema>): Promise<string>;
  /**
   * Lists the repository and imports the tags that match and are not there yet; with an import, all that match.
   * Failures stand in the rule's `lastError`; it never rejects.
   */
  run(ruleId: string, options?: { readonly importId?: string }): Promise<number>;
  list(connectionId: string): Promise<z.output<typeof ruleSchema>[]>;
  idsOf(connectionId: string): Promise<string[]>;
  /** Changes a rule and looks at its repository in the background. @throws {BrokerError} NOT_FOUND */
  update(viewer: Viewer, id: string, change: z.output<typeof ruleChangeSchema>): Promise<z.output<typeof ruleSchema>>;
  /** @throws {BrokerError} NOT_FOUND */
  remove(viewer: Viewer, id: string): Promise<void>;
}

export function createRules(options: RulesOptions): Rules {
  const { db, clock } = options;
  const find = async (viewer: Viewer, id: string): Promise<Tables["rules"]> => {
    const row = await db.selectFrom("rules").selectAll().where("id", "=", id).executeTakeFirst();
    if (!row || !sees(viewer, row.connection_id)) throw notFound("rule");
    return row;
  };
  return {
    async save(connectionId, { repository, include, exclude, newest }) {
      const values = { include: toJson(include), exclude: toJson(exclude), newest };
      const row = await db
        .insertInto("rules")
        .values({
          id: newId(clock.now()),
          connection_id: connectionId,
          repository,
          ...values,
          created_at: clock.now(),
          last_run_at: null,
          last_error: null,
        })
        .onConflict((conflict) => conflict.columns(["connection_id", "repository"]).doUpdateSet(values))
        .returning("id")
        .executeTakeFirstOrThrow();
      return row.id;
    },
    run: (ruleId, { importId } = {}) => runRule(options, ruleId, importId),
    async list(connectionId) {
      const rows = await db
        .selectFrom("rules")
        .selectAll()
        .where("connection_id", "=", connectionId)
        .orderBy("repository")
        .execute();
      return Promise.all(rows.map((row) => toView(db, row)));
    },
    async idsOf(connectionId) {
      const rows = await db.selectFrom("rules").select("id").where("connection_id", "=", connectionId).execute();
      return rows.map(({ id }) => id);
    },
    async update(viewer, id, { include, exclude, newest }) {
      const row = await find(viewer, id);
      const next = {
        include: include ? toJson(include) : row.include,
        exclude: exclude ? toJson(exclude) : row.exclude,
        newest: newest === undefined ? row.newest : newest,
      };
      await db.updateTable("rules").set(next).where("id", "=", id).execute();
      void runRule(options, id, undefined);
      return toView(db, { ...row, ...next });
    },
    async remove(viewer, id) {
      await find(viewer, id);
      await db.deleteFrom("rules").where("id", "=", id).execute();
    },
  };
}

async function runRule(options: RulesOptions, ruleId: string, importId: string | undefined): Promise<number> {
  const { db, clock, log } = options;
  let queued = 0;
  let last_error: string | null = null;
  try {
    queued = await queueMatching(options, ruleId, importId);
  } catch (thrown) {
    const error = toBrokerError(thrown);
    last_error = `${error.code}: ${error.message}`;
    log.warn("a followed repository could not be listed", { ruleId, code: error.code });
  }
  try {
    await db.updateTable("rules").set({ last_run_at: clock.now(), last_error }).where("id", "=", ruleId).execute();
    if (importId) await settleImport(options, importId);
  } catch (error) {
    if (!options.signal.aborted) log.error("the outcome of a rule could not be noted", { ruleId, error });
  }
  options.wake();
  return queued;
}

async function queueMatching(options: RulesOptions, ruleId: string, importId: string | undefined): Promise<number> {
  const { db, listings, signal } = options;
  const rule = await db.selectFrom("rules").selectAll().where("id", "=", ruleId).executeTakeFirst();
  if (!rule) return 0;
  const tags = await listings.allTags(rule.connection_id, rule.repository, signal);
  const chosen = chooseTags(tags, {
    include: fromJson<string[]>(rule.include),
    exclude: fromJson<string[]>(rule.exclude),
    newest: rule.newest,
  });
  const known = importId ? new Set<string>() : await knownReferences(db, rule);
  const images = chosen
    .filter((tag) => !known.has(tag))
    .map((reference) => ({ repository: rule.repository, reference }));
  return queueImages(options, importId, rule.connection_id, images, rule.id);
}

async function knownReferences(db: Db, rule: Tables["rules"]): Promise<Set<string>> {
  const rows = await db
    .selectFrom("projects")
    .select("reference")
    .where("connection_id", "=", rule.connection_id)
    .where("repository", "=", rule.repository)
    .execute();
  return new Set(rows.map(({ reference }) => reference));
}

async function settleImport({ db, progress }: RulesOptions, importId: string): Promise<void> {
  await db
    .updateTable("imports")
    .set(({ eb }) => ({ rules_left: eb("rules_left", "-", 1) }))
    .where("id", "=", importId)
    .where("rules_left", ">", 0)
    .execute();
  await progress.settle(importId);
}

async function toView(db: Db, row: Tables["rules"]): Promise<z.output<typeof ruleSchema>> {
  const counted = await db
    .selectFrom("projects")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("rule_id", "=", row.id)
    .executeTakeFirstOrThrow();
  return {
    id: row.id,
    connectionId: row.connection_id,
    repository: row.repository,
    include: fromJson<string[]>(row.include),
    exclude: fromJson<string[]>(row.exclude),
    newest: row.newest,
    projects: Number(counted.count),
    createdAt: toIso(row.created_at),
    lastRunAt: toIsoOrNull(row.last_run_at),
    lastError: row.last_error,
  };
}
