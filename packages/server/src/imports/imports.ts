import { BrokerError, type Clock } from "@tidewaiter/runtime";
import type { z } from "zod";
import { notFound, sees, type Viewer } from "../access/principal.ts";
import type { ImportView, importRoutes, ruleInputSchema } from "../api/contract/imports.ts";
import type { EventBus } from "../events/bus.ts";
import { ensureProjects, parseImageName } from "../projects/ensure-projects.ts";
import { startScan } from "../scans/start-scans.ts";
import type { StopScans } from "../scans/stop-scans.ts";
import { connectionsOfTypes } from "../store/connections-of-types.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { decodeCursor, type Page, toPage } from "../store/paging.ts";
import type { Tables } from "../store/tables.ts";
import { type ImportProgress, toImportView } from "./import-progress.ts";
import type { Rules } from "./rules.ts";

export type RuleInput = z.output<typeof ruleInputSchema>;

export interface ImportChoice {
  readonly images: readonly string[];
  readonly rules: readonly RuleInput[];
}

export interface ImportsOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly progress: ImportProgress;
  readonly stopScans: StopScans;
  readonly rules: Rules;
  readonly queueTimeoutMs: number;
  /** This server, as the one that lists the rules of an import. */
  readonly owner: string;
  /** Something was queued. */
  readonly wake: () => void;
}

type ImportsQuery = z.output<(typeof importRoutes)["list"]["query"]>;

export interface Imports {
  /** Queues everything that was chosen; rules list their tags in the background. @throws {BrokerError} REFERENCE_INVALID */
  start(connectionId: string, choice: ImportChoice, author: string): Promise<ImportView>;
  /** @throws {BrokerError} NOT_FOUND */
  show(viewer: Viewer, id: string): Promise<ImportView>;
  list(viewer: Viewer, query: ImportsQuery): Promise<Page<ImportView>>;
  stop(viewer: Viewer, id: string): Promise<ImportView>;
}

/** Projects are made in pieces, so that an import of ten thousand images does not hold the store for seconds. */
const IMAGES_AT_ONCE = 100;

export function createImports(options: ImportsOptions): Imports {
  const { db, stopScans, clock } = options;
  const find = async (viewer: Viewer, id: string): Promise<Tables["imports"]> => {
    const row = await db.selectFrom("imports").selectAll().where("id", "=", id).executeTakeFirst();
    if (!row || !sees(viewer, row.connection_id)) throw notFound("import");
    return row;
  };
  return {
    start: (connectionId, choice, author) => start(options, connectionId, choice, author),
    show: async (viewer, id) => toImportView(db, await find(viewer, id)),
    async list({ connections }, { limit, cursor, connectionId, type }) {
      const after = decodeCursor(cursor, 1)?.[0];
      const rows = await db
        .selectFrom("imports")
        .selectAll()
        .$if(connections !== null, (query) => query.where("connection_id", "in", [...(connections ?? []), ""]))
        .$if(connectionId !== undefined, (query) => query.where("connection_id", "=", connectionId ?? ""))
        .$if(type !== undefined, (query) => query.where("connection_id", "in", connectionsOfTypes(db, type ?? [])))
        .$if(after !== undefined, (query) => query.where("id", "<", String(after)))
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      const page = toPage(
        rows,
        limit,
        ({ id }) => [id],
        (row) => row,
      );
      return { ...page, items: await Promise.all(page.items.map((row) => toImportView(db, row))) };
    },
    async stop(viewer, id) {
      await find(viewer, id);
      await db
        .updateTable("imports")
        .set({ state: "stopped", finished_at: clock.now(), rules_left: 0 })
        .where("id", "=", id)
        .where("state", "=", "running")
        .execute();
      await stopScans.all({ importId: id });
      return toImportView(db, await find(viewer, id));
    },
  };
}

async function start(
  options: ImportsOptions,
  connectionId: string,
  choice: ImportChoice,
  author: string,
): Promise<ImportView> {
  const { db, clock, bus, rules, wake } = options;
  const images = [...new Map(choice.images.map((text) => [text, parseImageName(text)])).values()];
  const row = newImport(connectionId, choice.rules.length, author, options.owner, clock.now());
  await db.insertInto("imports").values(row).execute();
  for (let at = 0; at < images.length; at += IMAGES_AT_ONCE) {
    await queueImages(options, row.id, connectionId, images.slice(at, at + IMAGES_AT_ONCE), null);
  }
  wake();
  for (const rule of choice.rules) {
    const ruleId = await rules.save(connectionId, rule);
    void rules.run(ruleId, { importId: row.id });
  }
  if (choice.rules.length === 0) await options.progress.settle(row.id);
  const view = await toImportView(
    db,
    await db.selectFrom("imports").selectAll().where("id", "=", row.id).executeTakeFirstOrThrow(),
  );
  bus.publish("import", connectionId, view);
  return view;
}

/** Makes projects and queues a scan of each. Returns how many were queued. */
export async function queueImages(
  { db, clock, queueTimeoutMs }: Pick<ImportsOptions, "db" | "clock" | "queueTimeoutMs">,
  importId: string | undefined,
  connectionId: string,
  images: readonly { repository: string; reference: string }[],
  ruleId: string | null,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const targets = await ensureProjects(trx, connectionId, images, ruleId, clock.now());
    let queued = 0;
    for (const target of targets) {
      const trigger = importId ? "import" : "rule";
      if (await startScan(trx, clock, target, { trigger, importId, queueTimeoutMs })) queued += 1;
    }
    return queued;
  });
}

function newImport(
  connectionId: string,
  rulesLeft: number,
  author: string,
  owner: string,
  now: number,
): Tables["imports"] {
  if (!author) throw new BrokerError("INTERNAL", "an import without an author");
  return {
    id: newId(now),
    connection_id: connectionId,
    state: "running",
    created_by: author,
    created_at: now,
    finished_at: null,
    rules_left: rulesLeft,
    owner,
  };
}
