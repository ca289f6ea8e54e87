import { finished } from "node:stream/promises";
import { BrokerError, sendJson } from "@tidewaiter/runtime";
import { readStreamHead } from "@tidewaiter/tunnel";
import type { Exchanges } from "./exchanges.ts";
import { presentedToken, tokenHash } from "./token.ts";
import { exchangeKey, type TrafficHandler } from "./traffic-path.ts";

const HEAD_TIMEOUT_MS = 30_000;

/** `POST /response-data/:token/:streamingId` (protocol 1.7b): the response of an exchange, head first, body as it flows. */
export function responseDataRoute(exchanges: Exchanges): TrafficHandler {
  return async (req, res, path) => {
    const key = exchangeKey(path);
    const token = req.method === "POST" ? presentedToken(path.token, req.headers.authorization) : undefined;
    const client = exchanges.clientOf(key);
    if (!token || client?.tokenHash !== tokenHash(token)) {
      sendJson(res, 500, { message: "Unable to find request matching streaming id." });
      return;
    }
    try {
      const head = await readStreamHead(req, AbortSignal.timeout(HEAD_TIMEOUT_MS));
      if (!exchanges.answer(key, { head, body: req })) throw new BrokerError("EXCHANGE_LOST", "nobody waits any more");
      await finished(req, { writable: false });
      sendJson(res, 200, {});
    } catch (error) {
      const problem = error instanceof BrokerError ? error : new BrokerError("EXCHANGE_LOST", "the stream broke off");
      exchanges.fail(key, problem);
      if (!res.headersSent) sendJson(res, 500, { err: problem.message });
    }
  };
}
