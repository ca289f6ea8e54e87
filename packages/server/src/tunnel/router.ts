import { BrokerError, closedSignal } from "@tidewaiter/runtime";
import { RECEIVE_POST_STREAMS, TIDEWAITER_STREAMS } from "@tidewaiter/tunnel";
import { type Request, type Response, Router } from "express";
import { answeringAbsence, noConnection } from "./absent-client.ts";
import { type ClientDirectory, type ConnectedClient, describeClient, openSocket } from "./client-directory.ts";
import type { ExchangeAnswer } from "./exchanges.ts";
import { relay } from "./pass-through-route.ts";
import type { TunnelSettings } from "./settings.ts";
import { isTokenHash, tokenHash } from "./token.ts";

export interface TunnelRouterOptions {
  readonly settings: TunnelSettings;
  readonly directory: ClientDirectory;
  readonly mayCall: (authorization: string | undefined, connectionId: string | undefined) => Promise<boolean>;
  readonly service: (connectionId: string, url: string, signal: AbortSignal) => Promise<ExchangeAnswer>;
}

/** The version of the vendor's broker whose protocol this server speaks. */
export const PROTOCOL_VERSION = "5.22.14";

/** The HTTP routes of the vendor's server (protocol 1.10) that tell how things are; traffic has routes of its own. */
export function createTunnelRouter(options: TunnelRouterOptions): Router {
  const { directory, service } = options;
  const router = Router();
  const guard = guardOf(options);
  router.get("/service/:token/*command", (req: Request, res: Response) =>
    answeringAbsence(res, async () => {
      const connectionId = await guard(req);
      const token = String(req.params.token);
      const command = req.originalUrl.slice(req.originalUrl.indexOf(token) + token.length);
      if (connectionId === undefined) throw noConnection();
      await relay(await service(connectionId, command, closedSignal(res)), res);
    }),
  );
  router.get("/connection-status/:token{/ctx/:context}", (req: Request, res: Response) =>
    answeringAbsence(res, async () => {
      const connectionId = await guard(req);
      const clients = connectionId === undefined ? [] : directory.clientsOf(connectionId);
      if (clients.length === 0) throw noConnection();
      const entries = clients.flatMap((client) =>
        client.sockets.map(() => ({ version: client.version, filters: client.filters })),
      );
      res.json({ ok: true, clients: entries });
    }),
  );
  router.get("/connections-status", async (req, res) => {
    await guard(req);
    res.json([...groupByToken(directory.all())]);
  });
  router.get("/healthcheck", (_req, res) => {
    // Our client learns from the capabilities, before it dials, how the token has to travel.
    res.json({ ok: true, version: PROTOCOL_VERSION, capabilities: [RECEIVE_POST_STREAMS, TIDEWAITER_STREAMS] });
  });
  return router;
}

/** Refuses callers without an API key, and gives the connection that the path names. */
function guardOf({ settings, directory, mayCall }: TunnelRouterOptions) {
  return async (req: Request): Promise<string | undefined> => {
    const segment = req.params.token === undefined ? undefined : String(req.params.token);
    const hash = segment && (isTokenHash(segment) ? segment : tokenHash(segment));
    const connectionId = hash ? directory.connectionOf(hash) : undefined;
    if (settings.TIDEWAITER_OPEN_BROKER || (await mayCall(req.headers.authorization, connectionId)))
      return connectionId;
    const code = req.headers.authorization ? "FORBIDDEN" : "UNAUTHENTICATED";
    throw new BrokerError(code, "this route needs an API key with the scope tunnel:call");
  };
}

function* groupByToken(clients: Iterable<ConnectedClient>): Generator<Record<string, unknown>> {
  const byHash = Map.groupBy(clients, ({ tokenHash: hash }) => hash);
  for (const [hash, group] of byHash) {
    yield {
      identifier: `${hash.slice(0, 4)}-...-${hash.slice(-4)}`,
      hashedIdentifier: hash,
      versions: group.map(({ version }) => version),
      brokerClientIds: group.map(({ clientId }) => clientId),
      clients: group.filter(openSocket).map(describeClient),
    };
  }
}
