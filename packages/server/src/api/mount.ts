import { BrokerError, closedSignal, parseInput } from "@tidewaiter/runtime";
import express, { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { Audit } from "../access/audit.ts";
import { assertOwnOrigin } from "../access/authenticate.ts";
import { mayCall, type Principal } from "../access/principal.ts";
import type { RateLimit } from "../access/rate-limit.ts";
import { API_ROUTES } from "./contract/index.ts";
import type { RouteContract } from "./contract/route.ts";

/** What a handler is told, checked and typed by its contract. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  /** Nobody's, without any right, on the routes for signing in. */
  readonly principal: Principal;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Fires when the caller goes away or the time is up. */
  readonly signal: AbortSignal;
  readonly req: Request;
  readonly res: Response;
  /** Adds to what the audit log says of this call. Never a secret. */
  note(detail: Readonly<Record<string, unknown>>): void;
}

type CallOf<R> =
  R extends RouteContract<infer P, infer Q, infer B, z.ZodType> ? Call<z.output<P>, z.output<Q>, z.output<B>> : never;
type AnswerOf<R> =
  R extends RouteContract<z.ZodType, z.ZodType, z.ZodType, infer A>
    ? A extends z.ZodUndefined
      ? unknown
      : z.input<A>
    : never;

/** A handler for each route of an area: a missing one does not compile. Handlers of `produces` routes answer themselves. */
export type Handlers<Area extends keyof typeof API_ROUTES> = {
  readonly [Name in keyof (typeof API_ROUTES)[Area]]: (
    call: CallOf<(typeof API_ROUTES)[Area][Name]>,
  ) => Promise<AnswerOf<(typeof API_ROUTES)[Area][Name]>>;
};
export type AllHandlers = { readonly [Area in keyof typeof API_ROUTES]: Handlers<Area> };

export interface MountOptions {
  readonly authenticate: (req: Request) => Promise<Principal>;
  readonly audit: Audit;
  /** For each principal. */
  readonly calls: RateLimit;
  /** For each address, on the routes for signing in. */
  readonly signIns: RateLimit;
  readonly maxBodyBytes: number;
  readonly timeoutMs: number;
}

const NOBODY: Principal = { kind: "user", id: "", name: "", role: "viewer", scopes: [], connections: [] };
type AnyHandler = (call: Call) => Promise<unknown>;

/** The routes of the API as an express router. */
export function mountApi(handlers: AllHandlers, options: MountOptions): Router {
  const router = Router();
  const json = express.json({ limit: options.maxBodyBytes });
  for (const [area, routes] of Object.entries(API_ROUTES)) {
    for (const [name, route] of Object.entries(routes)) {
      const handler = (handlers[area as keyof AllHandlers] as unknown as Record<string, AnyHandler> | undefined)?.[
        name
      ];
      if (handler) mountRoute(router, json, `${area}.${name}`, route as RouteContract, handler, options);
    }
  }
  return router;
}

function mountRoute(
  router: Router,
  json: express.RequestHandler,
  operationId: string,
  route: RouteContract,
  handler: AnyHandler,
  options: MountOptions,
): void {
  const verb = route.method.toLowerCase() as "get" | "post" | "put" | "patch" | "delete";
  const admit = async (req: Request, res: Response): Promise<void> => {
    res.locals.principal = await admitCaller(req, route, options);
  };
  // The body is read only after the caller was let in.
  router[verb](
    route.path,
    (req, res, next) => admit(req, res).then(() => next(), next),
    json,
    async (req, res) => {
      const principal = res.locals.principal as Principal;
      const detail: Record<string, unknown> = {};
      const call: Call = {
        principal,
        params: parseInput(route.params, req.params, "path"),
        query: parseInput(route.query, req.query, "query"),
        body: route.body instanceof z.ZodUndefined ? undefined : parseInput(route.body, req.body ?? {}, "body"),
        signal: AbortSignal.any([closedSignal(res), AbortSignal.timeout(options.timeoutMs)]),
        req,
        res,
        note: (more) => void Object.assign(detail, more),
      };
      const answer = await handler(call);
      if (route.method !== "GET" && !route.isQuestion) await record(options.audit, operationId, call, detail);
      if (route.produces) return;
      if (route.status === 204) res.status(204).end();
      else res.status(route.status).json(answer);
    },
  );
}

async function admitCaller(req: Request, route: RouteContract, options: MountOptions): Promise<Principal> {
  if (route.role === "public") {
    if (req.method !== "GET") {
      if (req.headers.origin !== undefined) assertOwnOrigin(req);
      options.signIns.take(req.ip ?? "");
    }
    return NOBODY;
  }
  const principal = await options.authenticate(req);
  options.calls.take(principal.id);
  if (!mayCall(principal, route)) {
    const needed =
      route.scope === undefined ? "a person's session" : `role ${route.role}, for keys scope ${route.scope}`;
    throw new BrokerError("FORBIDDEN", `${req.method} ${req.path} needs ${needed}`);
  }
  return principal;
}

async function record(audit: Audit, action: string, call: Call, detail: Record<string, unknown>): Promise<void> {
  const { principal, params, req } = call;
  const { actor, ...rest } = detail;
  const target = Object.values(params as Record<string, string>).join("/");
  const connectionId = req.path.startsWith("/connections/") ? (params as { id?: string }).id : undefined;
  const name = typeof actor === "string" ? actor : principal.name;
  await audit.record({ actor: name, action, target, connectionId, address: req.ip ?? "", detail: rest });
}
