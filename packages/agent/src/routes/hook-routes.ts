import { type hookRemovedSchema, hookRequestSchema, type hookSchema } from "@tidewaiter/contract";
import { BrokerError, type Clock, parseInput, Secret, systemClock } from "@tidewaiter/runtime";
import { json, Router, raw } from "express";
import { z } from "zod";
import { type Caller, identifyCaller } from "../access/caller.ts";
import type { HookStore } from "../hooks/hook-store.ts";
import type { PushReceiver } from "../hooks/receive-push.ts";

const MAX_DELIVERY = "1mb";
/** Of one connection. */
const MAX_HOOKS = 1_000;
/** 22 characters of base64url are 128 bits: nobody guesses them. */
const hookId = z.string().regex(/^[\w-]{22,128}$/, "22 to 128 letters, digits, - and _");

export interface HookRouteOptions {
  readonly hooks: HookStore;
  readonly credentialsHeader: string;
  readonly onCaller: (caller: Caller) => void;
  readonly clock?: Clock;
}

/** `PUT` and `DELETE /hooks/:id`, through the tunnel. Another connection's hook answers 404. */
export function hookRoutes({ hooks, credentialsHeader, onCaller, clock = systemClock }: HookRouteOptions): Router {
  const router = Router();
  router.put("/hooks/:id", json({ limit: "64kb" }), async (req, res) => {
    const caller = identifyCaller(req, credentialsHeader);
    const { type, secret } = parseInput(hookRequestSchema, req.body, "hook");
    const id = parseInput(hookId, req.params.id, "id");
    const { connection, callback } = caller;
    if (!callback) throw new BrokerError("INPUT_INVALID", "no callback address came with the hook");
    const hook = { id, connection, type, callback, ...(secret && { secret: new Secret(secret) }) };
    if ((await hooks.count(connection)) >= MAX_HOOKS && !(await hooks.find(id))) {
      throw new BrokerError("CONFLICT", `this connection has ${MAX_HOOKS} hooks already`);
    }
    if (!(await hooks.put(hook, clock.now()))) throw new BrokerError("NOT_FOUND", "no such hook");
    onCaller(caller);
    res.json({ id, type, path: `/webhooks/${type}/${id}`, hasSecret: secret !== undefined } satisfies z.output<
      typeof hookSchema
    >);
  });
  router.delete("/hooks/:id", async (req, res) => {
    const { connection } = identifyCaller(req, credentialsHeader);
    if (!(await hooks.remove(connection, req.params.id))) throw new BrokerError("NOT_FOUND", "no such hook");
    res.json({ ok: true } satisfies z.output<typeof hookRemovedSchema>);
  });
  return router;
}

/** `POST /webhooks/:type/:id`, from registries: they know no secret of ours but the address. */
export function webhookRoute(receiver: PushReceiver): Router {
  const router = Router();
  router.post("/webhooks/:type/:id", raw({ type: () => true, limit: MAX_DELIVERY }), async (req, res) => {
    const body: unknown = req.body;
    const bytes = body instanceof Uint8Array ? body : new Uint8Array();
    await receiver.receive(req.params.type, req.params.id, { headers: req.headers, body: bytes });
    res.status(202).json({ ok: true });
  });
  return router;
}
