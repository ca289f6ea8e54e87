import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { BrokerError, type Env, type Logger, type Metrics, toBrokerError } from "@tidewaiter/runtime";
import { compileFilter, createVariables, type RuleFile, SERVER_RULES, TIDEWAITER_STREAMS } from "@tidewaiter/tunnel";
import { Router } from "express";
import { type Dispatcher, getGlobalDispatcher } from "undici";
import { type CallbackTaker, createCallbackTaker } from "./callback-taker.ts";
import { type ConnectedClient, createClientDirectory, describeClient, openSocket } from "./client-directory.ts";
import { createDownward, type DownRequest, needsAck } from "./downward.ts";
import { createEndpoint } from "./endpoint.ts";
import { createExchanges, type ExchangeAnswer } from "./exchanges.ts";
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

/** The server's end of all tunnels: vendor-compatible, with what two ends of ours agree on beside it. */
export function createTunnelHub(host: TunnelHost, options: TunnelHubOptions): TunnelHub {
  const { settings, log, rules = SERVER_RULES } = options;
  const directory = createClientDirectory(settings.TIDEWAITER_MAX_CLIENTS);
  const exchanges = createExchanges(settings.TIDEWAITER_MAX_EXCHANGES * settings.TIDEWAITER_MAX_CLIENTS);
  const downward = createDownward(exchanges, settings);
  const frames = createFrameDownward(exchanges);
  const metrics = createHubMetrics(options.metrics);
  const countClients = (): void => metrics.setClients([...directory.all()].length);
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
      countClients();
      host.onConnected?.(client.connectionId, describeClient(client));
      log.info("broker client connected", { tunnel: shortHash(client.tokenHash), clientId: client.clientId });
    },
    onGone: (client, reason) => {
      exchanges.lose(client);
      countClients();
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
  if (settings.TIDEWAITER_OPEN_BROKER) log.warn("the pass-through and status routes are open to everybody");
  let isDraining = false;

  async function forward(connectionId: string, asked: WithoutDeadline): Promise<ExchangeAnswer> {
    const request = { ...asked, deadlineMs: asked.deadlineMs ?? settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS };
    try {
      const answer = await sendOrFailOver(connectionId, request);
      metrics.countForward("answered");
      return answer;
    } catch (error) {
      metrics.countForward(toBrokerError(error).code);
      throw error;
    }
  }

  /** What changes nothing may be asked again when its client goes away, of another one. */
  async function sendOrFailOver(connectionId: string, request: DownRequest): Promise<ExchangeAnswer> {
    try {
      return await sendTo(choose(connectionId), request);
    } catch (error) {
      const isRepeatable = request.body === undefined && (request.method === "GET" || request.method === "HEAD");
      if (!isRepeatable || !(error instanceof BrokerError) || error.code !== "EXCHANGE_LOST") throw error;
      const other = otherClient(connectionId);
      if (!other) throw error;
      return sendTo(other, request);
    }
  }

  function otherClient(connectionId: string): ConnectedClient | undefined {
    return isDraining || directory.clientsOf(connectionId).length === 0 ? undefined : directory.choose(connectionId);
  }

  /** Counts from the choice on, so that the next choice sees it. */
  async function sendTo(client: ConnectedClient, request: DownRequest): Promise<ExchangeAnswer> {
    const hasFrames = client.capabilities.has(TIDEWAITER_STREAMS) && openSocket(client)?.transport === "websocket";
    client.inFlight += 1;
    try {
      if (hasFrames) return await frames.send(client, request);
      return await downward.send(client, { ...request, wantsAck: request.wantsAck || needsAck(client) });
    } finally {
      client.inFlight -= 1;
    }
  }

  function choose(connectionId: string): ConnectedClient {
    if (isDraining) throw new BrokerError("UNAVAILABLE", "the server is stopping", { retryAfterMs: 5_000 });
    return directory.choose(connectionId);
  }

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
      sessions.closeAll();
      endpoint.close();
    },
  };
}

type WithoutDeadline = Omit<DownRequest, "deadlineMs"> & { readonly deadlineMs?: number };

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
