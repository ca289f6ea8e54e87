import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { closedSignal, Secret, sendBytes, sendJson } from "@tidewaiter/runtime";
import { endToEndHeaders, exchangeId, FORWARDED_AUTHORIZATION, HTTP_DENIAL } from "@tidewaiter/tunnel";
import type { CallbackTaker } from "./callback-taker.ts";
import type { ClientDirectory } from "./client-directory.ts";
import type { HeldBodies } from "./held-bodies.ts";
import type { CallbackAnswer } from "./hub.ts";
import { isTokenHash, presentedToken } from "./token.ts";
import { exchangeKey, type TrafficHandler, type TrafficPath } from "./traffic-path.ts";

export interface BodyRouteOptions {
  readonly directory: ClientDirectory;
  readonly bodies: HeldBodies;
  readonly take: CallbackTaker;
}

/** `GET /request-data/:hash/:key`: a body that was too large for a frame, for the client that it is meant for. */
export function requestDataRoute({ bodies }: BodyRouteOptions): TrafficHandler {
  return async (req, res, path) => {
    const hash = provenHash(path, req);
    const body = hash === undefined ? undefined : bodies.take(exchangeKey(path), hash);
    if (!body) {
      sendJson(res, 404, { code: "NOT_FOUND", message: "no request waits with a body of this name" });
      return;
    }
    res.writeHead(200, { "content-type": "application/octet-stream" });
    await pipeline(body, res);
  };
}

/** `ANY /callback/:hash/*`: a callback of any size, on an HTTP exchange of its own. */
export function callbackRoute({ directory, take }: BodyRouteOptions): TrafficHandler {
  return async (req, res, path) => {
    const hash = provenHash(path, req);
    const connectionId = hash && directory.connectionOf(hash);
    // A token that was revoked has lost its clients, and with them this way in.
    if (!hash || !connectionId || directory.clientsOf(connectionId).length === 0) {
      const problem = { code: "NO_CONNECTION", message: "this token has no tunnel here" };
      sendJson(res, 503, problem, { "retry-after": "1" });
      return;
    }
    const { authorization, [FORWARDED_AUTHORIZATION]: forwarded, ...headers } = endToEndHeaders(req.headers);
    const callback = {
      connectionId,
      token: new Secret(tokenOf(String(authorization))),
      method: req.method ?? "",
      url: path.rest,
      headers: { ...headers, ...(forwarded !== undefined && { authorization: forwarded }) },
      body: req as Readable,
      requestId: exchangeId(headers),
    };
    res.setHeader("snyk-request-id", callback.requestId);
    await write(await take(callback, HTTP_DENIAL, closedSignal(res)), res);
  };
}

/** The hash in the path, when the token in `Authorization` is its own. */
function provenHash({ token, hash }: TrafficPath, { headers }: IncomingMessage): string | undefined {
  return isTokenHash(token) && presentedToken(token, headers.authorization) !== undefined ? hash : undefined;
}

function tokenOf(authorization: string): string {
  return authorization.replace(/^bearer\s+/i, "").toLowerCase();
}

async function write({ status, headers = {}, body = "" }: CallbackAnswer, res: ServerResponse): Promise<void> {
  if (!(body instanceof Readable)) {
    sendBytes(res, status, headers, Buffer.from(body));
    return;
  }
  res.writeHead(status, headers);
  await pipeline(body, res);
}
