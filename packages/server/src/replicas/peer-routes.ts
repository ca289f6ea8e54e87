import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { BrokerError, closedSignal } from "@tidewaiter/runtime";
import { endToEndHeaders } from "@tidewaiter/tunnel";
import { type NextFunction, type Request, type Response, Router } from "express";
import type { ToldNode } from "../fleet/node-state.ts";
import type { ToldTraffic } from "../traffic/kept-call.ts";
import type { TunnelHub } from "../tunnel/hub.ts";
import { flatHeaders } from "../tunnel/request-headers.ts";
import { PROOF_HEADER } from "../tunnel/traffic-path.ts";
import {
  ADVISORIES_PATH,
  ANSWERED_HEADER,
  CALL_PATH,
  CREDENTIALS_HEADER,
  DEADLINE_HEADER,
  NODE_PATH,
  TRAFFIC_PATH,
} from "./peer-calls.ts";
import type { PeerProof } from "./peer-proof.ts";

export interface PeerRoutesOptions {
  readonly proof: PeerProof;
  /** This server's own tunnels. */
  readonly hub: Pick<TunnelHub, "call">;
  readonly advisoryPath: string;
  readonly tells: ServerTells;
}

/** What the other servers show of this one. */
export interface ServerTells {
  readonly node: () => ToldNode;
  readonly traffic: () => ToldTraffic;
}

/** What other servers on the same store may ask of this one: calls into its tunnels, its advisory database, and how it is. */
export function peerRoutes({ proof, hub, advisoryPath, tells }: PeerRoutesOptions): Router {
  const router = Router();
  router.use("/replica", (req: Request, _res: Response, next: NextFunction) => {
    if (!proof.holds(req)) throw new BrokerError("NOT_FOUND", `no route ${req.method} ${req.path}`);
    next();
  });
  router.all(`${CALL_PATH}/:connectionId{/*rest}`, async (req, res) => {
    const connectionId = String(req.params.connectionId);
    const {
      [PROOF_HEADER]: _proof,
      [DEADLINE_HEADER]: deadline,
      [CREDENTIALS_HEADER]: withCredentials,
      ...headers
    } = flatHeaders(endToEndHeaders(req.headers));
    const hasBody = Number(headers["content-length"] ?? 0) > 0 || req.headers["transfer-encoding"] !== undefined;
    const answer = await hub.call(connectionId, {
      method: req.method,
      path: req.originalUrl.slice(CALL_PATH.length + 1 + connectionId.length),
      headers,
      ...(hasBody && { body: req }),
      signal: closedSignal(res),
      deadlineMs: Number(deadline),
      withCredentials: withCredentials === "true",
    });
    res
      .status(answer.status)
      .set(flatHeaders(endToEndHeaders(answer.headers)))
      .set(ANSWERED_HEADER, "1");
    await pipeline(answer.body, res).catch(() => res.destroy());
  });
  router.get(ADVISORIES_PATH, async (_req, res) => {
    res.setHeader("content-type", "application/octet-stream");
    await pipeline(createReadStream(advisoryPath), res);
  });
  router.get(NODE_PATH, (_req, res) => void res.json(tells.node()));
  router.get(TRAFFIC_PATH, (_req, res) => void res.json(tells.traffic()));
  return router;
}
