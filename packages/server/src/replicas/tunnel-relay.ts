import { type NextFunction, type Request, type Response, Router } from "express";
import type { TunnelHub } from "../tunnel/hub.ts";
import { isTokenHash, tokenHash } from "../tunnel/token.ts";
import { PROOF_HEADER } from "../tunnel/traffic-path.ts";
import { slotOf } from "./exchange-slots.ts";
import type { PeerCalls } from "./peer-calls.ts";
import type { PeerProof } from "./peer-proof.ts";
import type { Replicas } from "./replicas.ts";

export interface TunnelRelayOptions {
  readonly replicas: Replicas;
  readonly proof: PeerProof;
  readonly calls: PeerCalls;
  readonly hub: Pick<TunnelHub, "clients">;
  /** The connection that a token (by its hash) belongs to. */
  readonly connectionOf: (tokenHash: string) => Promise<string | undefined>;
}

/** Routes that name a token, and go to a server that holds one of its tunnels. */
const BY_TOKEN = ["/broker/:token{/*rest}", "/service/:token/*command", "/callback/:token/*rest"];
/** Routes that name an exchange, and go to the server that waits for it. */
const BY_EXCHANGE = ["/response-data/:token/:exchange", "/request-data/:token/:exchange"];

/**
 * Stands before the tunnel's own routes: what another server has to answer goes there, whichever server a balancer chose.
 * A request that another server has sent on is answered here.
 */
export function tunnelRelay(options: TunnelRelayOptions): Router {
  const { replicas, proof, calls } = options;
  const router = Router();
  const unlessRelayed = (route: (req: Request, res: Response) => Promise<boolean>) => {
    return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
      const isRelayed = proof.holds(req);
      delete req.headers[PROOF_HEADER];
      if (isRelayed || replicas.peers().length === 0 || !(await route(req, res))) next();
    };
  };
  router.all(
    BY_TOKEN,
    unlessRelayed(async (req, res) => {
      const [peer] = await holdersElsewhere(options, req);
      if (peer) await calls.relay(peer, req, res);
      return peer !== undefined;
    }),
  );
  router.all(
    BY_EXCHANGE,
    unlessRelayed(async (req, res) => {
      const slot = slotOf(String(req.params.exchange));
      const peer = slot === undefined || slot === replicas.slot ? undefined : replicas.at(slot);
      if (peer) await calls.relay(peer, req, res);
      return peer !== undefined;
    }),
  );
  router.get(
    "/connection-status/:token{/ctx/:context}",
    unlessRelayed((req, res) => joinStatus(options, req, res)),
  );
  router.get(
    "/connections-status",
    unlessRelayed((req, res) => joinStatuses(options, req, res)),
  );
  return router;
}

async function holdersElsewhere(options: TunnelRelayOptions, req: Request) {
  const { connectionId, isHere } = await find(options, req);
  return connectionId === undefined || isHere ? [] : options.replicas.holders(connectionId);
}

async function find({ hub, connectionOf }: TunnelRelayOptions, { params }: Request) {
  const segment = String(params.token).toLowerCase();
  const connectionId = await connectionOf(isTokenHash(segment) ? segment : tokenHash(segment));
  return { connectionId, isHere: connectionId !== undefined && hub.clients(connectionId).length > 0 };
}

/** The clients of one token, wherever they are. */
async function joinStatus(options: TunnelRelayOptions, req: Request, res: Response): Promise<boolean> {
  const { replicas, calls } = options;
  const { connectionId, isHere } = await find(options, req);
  const others = connectionId === undefined ? [] : replicas.holders(connectionId);
  if (others.length === 0) return false;
  const asked = isHere && replicas.url !== undefined ? [{ url: replicas.url }, ...others] : others;
  const answers = await Promise.all(asked.map((server) => calls.ask(server, req)));
  const refused = answers.find(({ status }) => status !== 200 && status !== 404 && status !== 503);
  const clients = answers.flatMap(({ body }) => (body as { clients?: unknown[] } | undefined)?.clients ?? []);
  if (refused) res.status(refused.status).json(refused.body);
  else if (clients.length === 0) return false;
  else res.json({ ok: true, clients });
  return true;
}

type TokenStatus = { readonly hashedIdentifier: string } & Readonly<Record<string, unknown>>;

/** The clients of all tokens; those of one token that are at several servers stand together. */
async function joinStatuses({ replicas, calls }: TunnelRelayOptions, req: Request, res: Response): Promise<boolean> {
  if (replicas.url === undefined) return false;
  const answers = await Promise.all(
    [{ url: replicas.url }, ...replicas.peers()].map((server) => calls.ask(server, req)),
  );
  const refused = answers.find(({ status }) => status !== 200);
  if (refused) {
    res.status(refused.status).json(refused.body);
    return true;
  }
  const entries = answers.flatMap(({ body }) => body as TokenStatus[]);
  const groups = Map.groupBy(entries, ({ hashedIdentifier }) => hashedIdentifier).values();
  res.json([...groups].map((group) => group.reduce(join)));
  return true;
}

function join(left: TokenStatus, right: TokenStatus): TokenStatus {
  const lists = Object.entries(right).filter(([, value]) => Array.isArray(value));
  const joined = lists.map(([name, value]) => [name, [...(left[name] as unknown[]), ...(value as unknown[])]]);
  return { ...left, ...Object.fromEntries(joined) };
}
