import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { Env, Logger, Metrics } from "@tidewaiter/runtime";
import { compileFilter, createVariables, type RuleFile, SERVER_RULES } from "@tidewaiter/tunnel";
import { Router } from "express";
import { type Dispatcher, getGlobalDispatcher } from "undici";
import { type CallbackTaker, createCallbackTaker } from "./callback-taker.ts";
import { createClientDirectory, describeClient } from "./client-directory.ts";
import { createDownward } from "./downward.ts";
import { createEndpoint } from "./endpoint.ts";
import { createExchanges, type ExchangeAnswer } from "./exchanges.ts";
import { createForwarding, type WithoutDeadline } from "./forwarding.ts";
import { createFrameDownward } from "./frame-downward.ts";
import type { TunnelHost, TunnelHub, TunnelRequest, TunnelResponse } from "./hub.ts";
import { createHubMetrics } from "./hub-metrics.ts";
import { ownRoutes } from "./own-routes.ts";
import { credentialHeaders, downHeaders, flatHeaders } from "./request-headers.ts";
import { createTunnelRouter } from "./router.ts";
import { createSessions } from "./sessions.ts";
import type { TunnelSettings } from "./settings.ts";
import { shortHash } from "./token.ts";
import { createUpward } from "./upward.ts";

export interface TunnelHubOptions {
  readonly settings: TunnelSettings;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Rules with origins (ACCEPT); without them callbacks reach the host. */
  readonly rules?: RuleFile;
  /** Variables that origins of such rules may name. */
  readonly env?: Env;
  /** Calls to such origins; undici's own when left out. */
  readonly dispatcher?: Dispatcher;
}

/** Of all clients together; each has its own, smaller limit by a setting. */
const MAX_EXCHANGES = 100_000;

/** The server's end of all tunnels: vendor-compatible, with what two ends of ours agree on beside it. */
export function createTunnelHub(host: TunnelHost, options: TunnelHubOptions): TunnelHub {
  const { settings, log, rules = SERVER_RULES } = options;
  const directory = createClientDirectory(settings.TIDEWAITER_MAX_CLIENTS);
  const exchanges = createExchanges(MAX_EXCHANGES);
  const downward = createDownward(exchanges, settings);
  const frames = createFrameDownward(exchanges);
  const metrics = createHubMetrics(options.metrics);
  let clients = 0;
  const countClients = (change: number): void => {
    clients += change;
    metrics.setClients(clients);
  };
  const takeCallback = createCallbackTaker({
    filter: compileFilter(rules.private),
    host,
    variables: createVariables(options.env ?? {}),
    dispatcher: options.dispatcher ?? getGlobalDispatcher(),
    maxConditionBytes: settings.TIDEWAITER_MAX_MESSAGE_BODY_BYTES,
    log,
  });
  const take: CallbackTaker = async (callback, denial, signal) => {
    const answer = await takeCallback(callback, denial, signal);
    metrics.countCallback(answer.status);
    return answer;
  };
  const upward = createUpward({
    take,
    deadlineMs: settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS,
    maxRunning: settings.TIDEWAITER_MAX_EXCHANGES,
    log,
  });
  const sessions = createSessions(directory, settings, log, {
    onIdentified: (client, isFirst) => {
      if (!isFirst) return;
      countClients(1);
      host.onConnected?.(client.connectionId, describeClient(client));
      log.info("broker client connected", { tunnel: shortHash(client.tokenHash), clientId: client.clientId });
    },
    onGone: (client, reason) => {
      exchanges.lose(client);
      countClients(-1);
      host.onDisconnected?.(client.connectionId, describeClient(client), reason);
      log.info("broker client gone", { tunnel: shortHash(client.tokenHash), clientId: client.clientId, reason });
    },
    onRequest: (client, connection, request, ackId) => upward.onRequest(client, connection, request, ackId),
    onChunk: () => {},
    onAck: (connection, id, args) => downward.onAck(connection, id, args),
    onFrame: (client, bytes) => frames.onFrame(client, bytes),
    onSocketClosed: (connection) => downward.onSocketClosed(connection),
  });
  const endpoint = createEndpoint({
    settings,
    findConnection: (token) => host.findConnection(token),
    onSocket: (socket, admission) => sessions.open(socket, admission),
    onRefused: (reason, address) => {
      metrics.countRefusedHandshake();
      log.warn("handshake refused", { reason, address });
    },
  });
  const stopWarning = settings.TIDEWAITER_OPEN_BROKER ? warnStanding(log) : () => {};
  let isDraining = false;

  const { forward, choose } = createForwarding({
    directory,
    settings,
    metrics,
    frames,
    downward,
    isDraining: () => isDraining,
  });

  return {
    router: Router().use(
      ownRoutes({ directory, exchanges, frames, take }),
      createTunnelRouter({
        settings,
        directory,
        exchanges,
        publicFilter: compileFilter(rules.public),
        mayCall: (authorization, connectionId) => host.mayCall(authorization, connectionId),
        forward,
        service: (connectionId, url, signal) => downward.service(choose(connectionId), url, signal),
      }),
    ),
    attach: (server) => endpoint.attach(server),
    async call(connectionId, request) {
      return toResponse(await forward(connectionId, toDownRequest(request)));
    },
    clients: (connectionId) => directory.clientsOf(connectionId).map(describeClient),
    disconnect(connectionId, reason) {
      log.info("disconnecting the clients of a connection", { connectionId, reason });
      for (const client of directory.clientsOf(connectionId)) for (const socket of [...client.sockets]) socket.close();
    },
    async close(drainMs) {
      isDraining = true;
      const end = Date.now() + drainMs;
      while (exchanges.size + upward.running > 0 && Date.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 20));
      stopWarning();
      sessions.closeAll();
      endpoint.close();
    },
  };
}

const WARNING_INTERVAL_MS = 3_600_000;

/** As long as the routes are open somebody should be told of it. */
function warnStanding(log: Logger): () => void {
  const warn = (): void => log.warn("the pass-through and status routes are open to everybody");
  warn();
  const timer = setInterval(warn, WARNING_INTERVAL_MS).unref();
  return () => clearInterval(timer);
}

function toDownRequest(request: TunnelRequest): WithoutDeadline {
  const requestId = randomUUID();
  const wanted = request.withCredentials ? credentialHeaders() : {};
  return {
    method: request.method,
    url: request.path,
    headers: downHeaders({ ...request.headers, ...wanted }, requestId),
    body: request.body,
    requestId,
    wantsAck: false,
    deadlineMs: request.deadlineMs,
    signal: request.signal,
  };
}

function toResponse({ head, body }: ExchangeAnswer): TunnelResponse {
  const stream = body instanceof Readable ? body : Readable.from([body]);
  return { status: head.status, headers: flatHeaders(head.headers), body: stream };
}
