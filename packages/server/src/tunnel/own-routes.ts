import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { closedSignal, Secret } from "@tidewaiter/runtime";
import { endToEndHeaders, exchangeId, FORWARDED_AUTHORIZATION, HTTP_DENIAL } from "@tidewaiter/tunnel";
import { type Request, type Response, Router } from "express";
import type { CallbackTaker } from "./callback-taker.ts";
import type { ClientDirectory } from "./client-directory.ts";
import type { Exchanges } from "./exchanges.ts";
import type { FrameDownward } from "./frame-downward.ts";
import type { CallbackAnswer } from "./hub.ts";
import { isTokenHash, presentedToken, tokenHash } from "./token.ts";

export interface OwnRoutesOptions {
  readonly directory: ClientDirectory;
  readonly exchanges: Exchanges;
  readonly frames: FrameDownward;
  readonly take: CallbackTaker;
}

/** Routes between two ends of ours: bodies and callbacks of any size, each on an HTTP exchange of its own. */
export function ownRoutes({ directory, exchanges, frames, take }: OwnRoutesOptions): Router {
  const router = Router();
  router.get("/request-data/:token/:key", async (req, res) => {
    const key = String(req.params.key);
    const hash = provenHash(req);
    const body = hash !== undefined && exchanges.clientOf(key)?.tokenHash === hash ? frames.takeBody(key) : undefined;
    if (!body) {
      res.status(404).json({ code: "NOT_FOUND", message: "no request waits with a body of this name" });
      return;
    }
    res.setHeader("content-type", "application/octet-stream");
    await pipeline(body, res);
  });
  router.all("/callback/:token/*rest", async (req, res) => {
    const hash = provenHash(req);
    const connectionId = hash && directory.connectionOf(hash);
    // A token that was revoked has lost its clients, and with them this way in.
    if (!hash || !connectionId || directory.clientsOf(connectionId).length === 0) {
      res.status(503).set("retry-after", "1").json({ code: "NO_CONNECTION", message: "this token has no tunnel here" });
      return;
    }
    const { authorization, [FORWARDED_AUTHORIZATION]: forwarded, ...headers } = endToEndHeaders(req.headers);
    const callback = {
      connectionId,
      token: new Secret(tokenOf(String(authorization))),
      method: req.method,
      url: req.originalUrl.slice(req.originalUrl.indexOf(hash) + hash.length),
      headers: { ...headers, ...(forwarded !== undefined && { authorization: forwarded }) },
      body: req as Readable,
      requestId: exchangeId(headers),
    };
    await write(await take(callback, HTTP_DENIAL, closedSignal(res)), res);
  });
  return router;
}

/** The hash in the path, when the token in `Authorization` is its own. */
function provenHash(req: Request): string | undefined {
  const segment = String(req.params.token);
  const token = isTokenHash(segment) ? presentedToken(segment, req.headers.authorization) : undefined;
  return token === undefined ? undefined : tokenHash(token);
}

function tokenOf(authorization: string): string {
  return authorization.replace(/^bearer\s+/i, "").toLowerCase();
}

async function write({ status, headers = {}, body = "" }: CallbackAnswer, res: Response): Promise<void> {
  res.status(status).set(headers);
  if (body instanceof Readable) await pipeline(body, res);
  else res.end(body);
}
