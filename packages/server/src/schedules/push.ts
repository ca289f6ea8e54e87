import { pushEventSchema } from "@tidewaiter/contract";
import { type Logger, parseInput } from "@tidewaiter/runtime";
import type { Rules } from "../imports/rules.ts";
import type { Db } from "../store/open.ts";
import type { Refresher } from "./refresher.ts";

export interface PushOptions {
  readonly db: Db;
  readonly log: Logger;
  readonly refresher: Refresher;
  readonly rules: Rules;
}

/**
 * Something was pushed. Whatever the event claims, the registry is asked: the tag is scanned when it names another image
 * than before, and a rule that follows the repository takes in a new tag.
 */
export async function acceptPush(
  { db, log, refresher, rules }: PushOptions,
  connectionId: string,
  body: unknown,
): Promise<void> {
  const event = parseInput(pushEventSchema, body, "push event");
  log.info("push event", {
    connectionId,
    repository: event.repository,
    tag: event.tag,
    action: event.action,
    isAuthentic: event.isAuthentic,
  });
  if (event.action !== "push") return;
  const projects = await db
    .selectFrom("projects")
    .selectAll()
    .where("connection_id", "=", connectionId)
    .where("repository", "=", event.repository)
    .$if(event.tag !== undefined, (query) => query.where("reference", "=", event.tag ?? ""))
    .limit(200)
    .execute();
  const rule = await db
    .selectFrom("rules")
    .select("id")
    .where("connection_id", "=", connectionId)
    .where("repository", "=", event.repository)
    .executeTakeFirst();
  // The agent waits for the answer, and the registry may be slow: what follows goes on behind it.
  void refresher
    .projects(projects, "push")
    .catch((error) => log.warn("pushed images could not be looked at", { connectionId, error }));
  if (rule) void rules.run(rule.id);
}
