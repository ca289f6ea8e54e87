import { randomBytes } from "node:crypto";
import { toBrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import type { ConnectionView } from "../api/contract/connections.ts";
import type { Db } from "../store/open.ts";
import type { AgentCalls } from "./agent-calls.ts";

const answerSchema = z.object({ path: z.string().max(512) });

/** The address that a registry tells its pushes to. It is the agent's: the registry reaches nothing else of ours. */
export interface Hooks {
  /** Registers with the agent; a second call gives a new secret under the same address. */
  add(
    connection: Pick<ConnectionView, "id" | "type" | "options">,
    signal: AbortSignal,
  ): Promise<{ path: string; url: string | null; secret: string }>;
  /** Nothing is taken any more, also when the agent cannot be told now. */
  remove(connectionId: string, signal: AbortSignal): Promise<void>;
}

export function createHooks(db: Db, agent: AgentCalls): Hooks {
  const hookIdOf = async (connectionId: string): Promise<string | null> =>
    (await db.selectFrom("connections").select("hook_id").where("id", "=", connectionId).executeTakeFirst())?.hook_id ??
    null;
  const save = async (connectionId: string, hook_id: string | null): Promise<void> => {
    await db.updateTable("connections").set({ hook_id }).where("id", "=", connectionId).execute();
  };
  return {
    async add({ id, type, options }, signal) {
      const hookId = (await hookIdOf(id)) ?? randomBytes(24).toString("base64url");
      const secret = randomBytes(24).toString("base64url");
      const call = {
        method: "PUT",
        path: `/hooks/${hookId}`,
        body: { type, secret, callbackUrl: CLIENT_URL },
        signal,
      } as const;
      const { path } = await agent.json(id, answerSchema, call);
      await save(id, hookId);
      return { path, url: options.agentUrl ? new URL(path, options.agentUrl).href : null, secret };
    },
    async remove(connectionId, signal) {
      const hookId = await hookIdOf(connectionId);
      if (hookId === null) return;
      try {
        await agent.raw(connectionId, { method: "DELETE", path: `/hooks/${hookId}`, signal });
      } catch (error) {
        // Without a tunnel no event arrives either; the agent forgets the hook when it is told the next time.
        if (!toBrokerError(error).isRetryable) throw error;
      }
      await save(connectionId, null);
    },
  };
}

/** The broker client puts its own address here; escaped, since it is no template of ours. */
const CLIENT_URL = "\u0024{BROKER_CLIENT_URL}";
