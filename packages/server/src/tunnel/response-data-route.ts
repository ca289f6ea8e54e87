import { finished } from "node:stream/promises";
import { BrokerError } from "@tidewaiter/runtime";
import { readStreamHead } from "@tidewaiter/tunnel";
import type { Request, Response } from "express";
import type { Exchanges } from "./exchanges.ts";
import { presentedToken, tokenHash } from "./token.ts";

const HEAD_TIMEOUT_MS = 30_000;

/** `POST /response-data/:token/:streamingId` (protocol 1.7b): the response of an exchange, head first, body as it flows. */
export function responseDataRoute(exchanges: Exchanges) {
  return async (req: Request, res: Response): Promise<void> => {
    const key = String(req.params.streamingId);
    const token = presentedToken(String(req.params.token), req.headers.authorization);
    const client = exchanges.clientOf(key);
    if (!token || client?.tokenHash !== tokenHash(token)) {
      res.status(500).json({ message: "Unable to find request matching streaming id." });
      return;
    }
    try {
      const head = await readStreamHead(req, AbortSignal.timeout(HEAD_TIMEOUT_MS));
      if (!exchanges.answer(key, { head, body: req })) throw new BrokerError("EXCHANGE_LOST", "nobody waits any more");
      await finished(req, { writable: false });
      res.status(200).json({});
    } catch (error) {
      const problem = error instanceof BrokerError ? error : new BrokerError("EXCHANGE_LOST", "the stream broke off");
      exchanges.fail(key, problem);
      if (!res.headersSent) res.status(500).json({ err: problem.message });
    }
  };
}
