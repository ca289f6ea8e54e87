import type { IncomingMessage } from "node:http";
import {
  createDirectRoutes,
  type DirectRoute,
  type DirectRoutes,
  type Logger,
  type Metrics,
} from "@tidewaiter/runtime";
import { type BodyRouteOptions, callbackRoute, requestDataRoute } from "./body-routes.ts";
import type { Exchanges } from "./exchanges.ts";
import { type PassThroughOptions, passThroughRoute } from "./pass-through-route.ts";
import { responseDataRoute } from "./response-data-route.ts";
import { isTokenHash, tokenHash } from "./token.ts";
import { exchangeKey, PROOF_HEADER, type TrafficHandler, type TrafficPath } from "./traffic-path.ts";

export interface TrafficOptions extends PassThroughOptions, BodyRouteOptions {
  readonly exchanges: Exchanges;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The routes that carry requests, responses and bodies; status routes and everything else are the app's. */
export interface TrafficRoutes {
  /** Answers all of them. */
  readonly all: DirectRoutes;
  /** Only what ends at this server for sure: it may stand in front of those who know of other servers. */
  readonly local: DirectRoutes;
}

interface Route {
  readonly name: string;
  readonly answer: TrafficHandler;
  isLocal(path: TrafficPath): boolean;
}

const PATH = /^\/(broker|response-data|request-data|callback)\/([^/?#]{1,128})(.*)$/;

export function createTrafficRoutes(options: TrafficOptions): TrafficRoutes {
  const { directory, exchanges, bodies, metrics, log } = options;
  const isHere = ({ hash }: TrafficPath): boolean => {
    const connectionId = directory.connectionOf(hash);
    return connectionId !== undefined && directory.clientsOf(connectionId).length > 0;
  };
  const routes = new Map<string, Route>();
  const add = (name: string, answer: TrafficHandler, isLocal: Route["isLocal"]): void =>
    void routes.set(name, { name: `/${name}/`, answer, isLocal });
  add("broker", passThroughRoute(options), isHere);
  add("callback", callbackRoute(options), isHere);
  add("response-data", responseDataRoute(exchanges), (path) => exchanges.clientOf(exchangeKey(path)) !== undefined);
  add("request-data", requestDataRoute(options), (path) => bodies.has(exchangeKey(path)));
  const find =
    (isLocalOnly: boolean) =>
    (req: IncomingMessage): DirectRoute | undefined => {
      const [, name = "", token = "", rest = ""] = PATH.exec(req.url ?? "") ?? [];
      const route = routes.get(name);
      if (!route) return undefined;
      const path = { token, hash: isTokenHash(token) ? token : tokenHash(token), rest };
      if (isLocalOnly && (req.headers[PROOF_HEADER] !== undefined || !route.isLocal(path))) return undefined;
      return { name: route.name, answer: (request, res) => route.answer(request, res, path) };
    };
  return {
    all: createDirectRoutes({ find: find(false), metrics, log }),
    local: createDirectRoutes({ find: find(true), metrics, log }),
  };
}
