import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { Readable } from "node:stream";
import type { DirectRoutes, Env, Logger, Metrics } from "@tidewaiter/runtime";
import { compileFilter, createVariables, decodeBodyFrames, type RuleFile, SERVER_RULES } from "@tidewaiter/tunnel";
import { Router } from "express";
import { type Dispatcher, getGlobalDispatcher } from "undici";
import { createFrameIds, newStreamingId } from "../replicas/exchange-slots.ts";
import { type CallbackTaker, createCallbackTaker } from "./callback-taker.ts";
import { createClientDirectory, describeClient } from "./client-directory.ts";
import { describeDenied, describeUp } from "./describe-call.ts";
import { createDownward } from "./downward.ts";
import { createEndpoint } from "./endpoint.ts";
import { createExchanges, type ExchangeAnswer } from "./exchanges.ts";
import { createForwarding, type WithoutDeadline } from "./forwarding.ts";
import { createFrameDownward } from "./frame-downward.ts";
import { createFrameUpward } from "./frame-upward.ts";
import { createHeldBodies } from "./held-bodies.ts";
import type { TunnelHost, TunnelHub, TunnelRequest, TunnelResponse } from "./hub.ts";
import { createHubMetrics } from "./hub-metrics.ts";
import { credentialHeaders, downHeaders, flatHeaders } from "./request-headers.ts";
import { createTunnelRouter } from "./router.ts";
import { createSessions } from "./sessions.ts";
import type { TunnelSettings } from "./settings.ts";
import { shortHash } from "./token.ts";
import { createTrafficRoutes } from "./traffic-routes.ts";
import { createUpward } from "./upward.ts";

export interface TunnelHubOptions {
  readonly settings: TunnelSettings;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Rules with origins (ACCEPT); without them callbacks reach the host. */
  readonly rules?: RuleFile;
  /** Variables that origins of such rules may name. */
  readonly env?: Env;
  /** This server's number among those that share its store; the ids of its exchanges carry it. 0 when left out. */
  readonly slot?: () => number;
  /** Calls to such origins; undici's own when left out. */
  readonly dispatcher?: Dispatcher;
}

/** Of all clients together; each has its own, smaller limit by a setting. */
const MAX_EXCHANGES = 100_000;

/** The server's end of all tunnels: vendor-compatible, with what two ends of ours agree on beside it. */
export function createTunnelHub(host: TunnelHost, options: TunnelHubOptions): TunnelHub {
  const { settings, log, rules = SERVER_RULES, slot = () => 0 } = options;
  const directory = createClientDirectory(settings.TIDEWAITER_MAX_CLIENTS);
  const exchanges = createExchanges(MAX_EXCHANGES);
  const downward = createDownward(exchanges, settings, () => newStreamingId(slot()));
  const bodies = createHeldBodies();
  const frames = createFrameDownward(exchanges, createFrameIds(slot), bodies);
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
    const start = performance.now();
    const answer = await takeCallback(callback, denial, signal);
    metrics.countCallback(answer.status);
    host.onCall?.(describeUp(callback, answer, answer.decision, performance.now() - start));
    return answer;
  };
  const upward = createUpward({
    take,
    deadlineMs: settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS,
    maxRunning: settings.TIDEWAITER_MAX_EXCHANGES,
    log,
  });
  const callbacks = createFrameUpward({
    ...{ take, bodies, log, newKey: () => newStreamingId(slot()) },
    deadlineMs: settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS,
    maxRunning: settings.TIDEWAITER_MAX_EXCHANGES,
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
    onFrame(client, connection, bytes) {
      for (const frame of decodeBodyFrames(bytes)) {
        if (frame.kind === "response") frames.onFrame(client, frame);
        else callbacks.onFrame(client, connection, frame);
      }
    },
    onSocketClosed(connection) {
      downward.onSocketClosed(connection);
      callbacks.onSocketClosed(connection);
    },
  });
  const endpoint = createEndpoint({
    settings,
    findConnection: (token) => host.findConnection(token),
    newSessionId: () => newStreamingId(slot()),
    onCarrier: (carrier, admission) => sessions.open(carrier, admission),
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
    onCall: (call) => host.onCall?.(call),
    onRefused: (client, { method, url, requestId }) => {
      const request = { method, path: url.split("?", 1)[0] ?? "", requestId };
      log.warn("a broker client refused what a request asked for", { tunnel: shortHash(client.tokenHash), ...request });
      host.onSubstitutionRefused?.(client.connectionId, describeClient(client), request);
    },
  });

  const mayCall: TunnelHost["mayCall"] = (authorization, connectionId) => host.mayCall(authorization, connectionId);
  const traffic = createTrafficRoutes({
    ...{ settings, directory, exchanges, bodies, take, mayCall, forward, log },
    onDenied: (connectionId, request, decision) => host.onCall?.(describeDenied(connectionId, request, decision)),
    filter: compileFilter(rules.public),
    metrics: options.metrics,
  });

  return {
    router: Router().use(
      (req, res, next) => void (traffic.all(req, res) || next()),
      createTunnelRouter({
        settings,
        directory,
        mayCall,
        service: (connectionId, url, signal) => downward.service(choose(connectionId), url, signal),
      }),
    ),
    attach(server) {
      putInFront(server, traffic.local);
      endpoint.attach(server);
    },
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
      while (exchanges.size + upward.running + callbacks.running > 0 && Date.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 20));
      stopWarning();
      sessions.closeAll();
      endpoint.close();
    },
  };
}

/** Traffic that ends here does not go through the app; what is left alone does. */
function putInFront(server: Server, traffic: DirectRoutes): void {
  const behind = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (req, res) => {
    if (!traffic(req, res)) for (const listener of behind) listener.call(server, req, res);
  });
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
