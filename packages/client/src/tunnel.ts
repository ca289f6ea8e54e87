import { createHash, randomUUID } from "node:crypto";
import type { Agent } from "node:http";
import { BrokerError, type Clock, type Logger } from "@tidewaiter/runtime";
import {
  createPendingAnswers,
  type ExchangeRequest,
  type ExchangeResponse,
  formatAck,
  formatEvent,
  formatRequest,
  formatResponse,
  type Message,
  POST_STREAMS,
  parseRequest,
  parseResponse,
  parseServerCapabilities,
  type RuleFile,
  readBounded,
  TIDEWAITER_STREAMS,
} from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import type { ForwardedResponse, Forwarder } from "./forwarder.ts";
import { postResponse } from "./response-post.ts";
import { createTunnelSocket, type Role, type TunnelSocket } from "./tunnel-socket.ts";

export interface TunnelOptions {
  readonly serverUrl: URL;
  readonly token: string;
  readonly version: string;
  readonly rules: RuleFile;
  readonly clientConfig: Readonly<Record<string, string | boolean>>;
  readonly preflightChecks: () => readonly unknown[];
  readonly forward: Forwarder;
  readonly dispatcher: Dispatcher;
  readonly agent: Agent | undefined;
  readonly tls: { readonly ca?: string[]; readonly rejectUnauthorized: boolean };
  readonly timing: {
    readonly pingIntervalMs: number;
    readonly pongTimeoutMs: number;
    readonly connectTimeoutMs: number;
    readonly reconnectMaxMs: number;
    readonly exchangeMs: number;
  };
  readonly maxExchanges: number;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface SocketState {
  readonly role: Role;
  readonly isOpen: boolean;
}

/** The client's end of the tunnel: two connections, requests down, callbacks up. */
export interface Tunnel {
  readonly sockets: readonly SocketState[];
  readonly isOpen: boolean;
  /** Hash of the token: the connection's public name. */
  readonly connection: string;
  readonly inFlight: number;
  /**
   * Sends a callback up as a message.
   *
   * @throws {BrokerError} TUNNEL_DOWN at once when no connection stands, EXCHANGE_LOST, TIMEOUT.
   */
  ask(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse>;
  report(event: Readonly<Record<string, unknown>>): void;
  /** No new exchange; running ones end or time out. */
  close(drainMs: number): Promise<void>;
}

interface Line {
  readonly socket: TunnelSocket;
  readonly pending: ReturnType<typeof createPendingAnswers<number, readonly unknown[]>>;
  capabilities: readonly string[];
  nextId: number;
  isReady: boolean;
}

const ROLES = ["primary", "secondary"] as const;

export function createTunnel(options: TunnelOptions): Tunnel {
  const { serverUrl, token, log, forward, version } = options;
  const clientId = randomUUID();
  const hash = createHash("sha256").update(token).digest("hex");
  const running = new Map<AbortController, Line>();
  let isDraining = false;
  const lines: Line[] = ROLES.map((role) => {
    const line: Line = {
      socket: createTunnelSocket(
        {
          role,
          address: async () => dialAddress(role),
          agent: options.agent,
          tls: options.tls,
          ...options.timing,
          maxMessageBytes: options.maxMessageBytes,
          log,
        },
        {
          onOpen: () => onOpen(line, role),
          onMessage: (message) => onMessage(line, role, message),
          onFrame: () => {},
          onClose: (reason) => onClose(line, role, reason),
        },
      ),
      pending: createPendingAnswers(options.maxExchanges),
      capabilities: [],
      nextId: 0,
      isReady: false,
    };
    return line;
  });

  function dialAddress(role: Role): { url: string; headers: Record<string, string> } {
    const url = new URL(`${serverUrl.pathname.replace(/\/$/, "")}/primus/${token}/`, serverUrl);
    url.protocol = serverUrl.protocol === "https:" ? "wss:" : "ws:";
    url.search = new URLSearchParams({ connection_role: role, EIO: "4", transport: "websocket" }).toString();
    return {
      url: url.href,
      headers: {
        ...commonHeaders(),
        "x-snyk-broker-client-id": clientId,
        "x-snyk-broker-client-role": role,
        "snyk-request-id": randomUUID(),
      },
    };
  }

  function commonHeaders(): Record<string, string> {
    return { "user-agent": `Snyk Broker client ${version}`, "x-broker-client-version": version };
  }

  function onOpen(line: Line, role: Role): void {
    const metadata = {
      capabilities: [POST_STREAMS, TIDEWAITER_STREAMS],
      clientId,
      identifier: hash,
      preflightChecks: options.preflightChecks(),
      version,
      clientConfig: { brokerClientId: clientId, version, ...options.clientConfig },
      filters: options.rules,
      role,
    };
    line.socket.send(formatEvent("identify", [{ token, metadata }]));
    log.info("tunnel connection open", { connectionRole: role, tunnel: hash });
  }

  function onClose(line: Line, role: Role, reason: string): void {
    line.isReady = false;
    line.capabilities = [];
    line.pending.rejectAll(new BrokerError("EXCHANGE_LOST", "the tunnel broke while the exchange was running"));
    log.warn("tunnel connection closed", { connectionRole: role, tunnel: hash, reason });
    if (lines.some(({ socket }) => socket !== line.socket && socket.isOpen)) return;
    for (const controller of running.keys()) controller.abort(new BrokerError("EXCHANGE_LOST", "the tunnel broke"));
  }

  function onMessage(line: Line, role: Role, message: Message): void {
    if (message.kind === "ack") line.pending.resolve(message.id, message.args);
    if (message.kind !== "event") return;
    const { name, args, ackId } = message;
    if (name === "identify") {
      line.capabilities = parseServerCapabilities(args[0]);
      line.isReady = true;
    } else if (name === "request") void onRequest(line, role, args[0], ackId);
    else if (name === "service" && ackId !== undefined) onService(line, args[0], ackId);
    else if (name === "notification") log.warn("notification from the server", { notification: args[0] });
  }

  async function onRequest(line: Line, role: Role, value: unknown, ackId: number | undefined): Promise<void> {
    const controller = new AbortController();
    try {
      const request = parseRequest(value);
      if (running.size >= options.maxExchanges || isDraining)
        throw new BrokerError("UNAVAILABLE", "the broker client takes no more requests");
      running.set(controller, line);
      const response = await forward(request, controller.signal);
      await respond(line, role, request, response, ackId, controller.signal);
    } catch (error) {
      log.warn("a response could not be sent", { error });
    } finally {
      running.delete(controller);
    }
  }

  async function respond(
    line: Line,
    role: Role,
    request: ExchangeRequest,
    response: ForwardedResponse,
    ackId: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (ackId !== undefined) {
      const body = Buffer.isBuffer(response.body)
        ? response.body
        : await readBounded(response.body, options.maxMessageBytes, signal);
      line.socket.send(formatAck(ackId, [formatResponse({ ...response, body })]));
      return;
    }
    const url = new URL(
      `${serverUrl.pathname.replace(/\/$/, "")}/response-data/${token}/${encodeURIComponent(request.streamingId)}`,
      serverUrl,
    );
    url.searchParams.set("connection_role", role);
    const headers = { ...commonHeaders(), "snyk-request-id": request.requestId };
    await postResponse(options.dispatcher, response, { url, headers, signal }, options.clock);
  }

  function onService(line: Line, value: unknown, ackId: number): void {
    const { url, requestId } = parseRequest(value);
    const isFilters = url === "/filters/reload";
    const isKnown = isFilters || url === "/config/reload";
    const body = isFilters
      ? { ok: true, msg: "Filters reloaded." }
      : { ok: false, msg: isKnown ? "Service command not available in classic broker." : "Unknown service command." };
    const response = {
      status: isFilters ? 200 : isKnown ? 501 : 400,
      headers: { "content-type": "application/json", "snyk-request-id": requestId },
      body: Buffer.from(JSON.stringify(body)),
    };
    line.socket.send(formatAck(ackId, [formatResponse(response)]));
  }

  return {
    get sockets() {
      return lines.map(({ socket }) => ({ role: socket.role, isOpen: socket.isOpen }));
    },
    get isOpen() {
      return lines.some(({ socket }) => socket.isOpen);
    },
    connection: hash,
    get inFlight() {
      return running.size + lines.reduce((sum, { pending }) => sum + pending.size, 0);
    },
    async ask(request, signal) {
      const line = lines.find(({ isReady, socket }) => isReady && socket.isOpen);
      if (!line || isDraining)
        throw new BrokerError("TUNNEL_DOWN", "the tunnel to the server is down", { retryAfterMs: 5_000 });
      line.nextId += 1;
      const id = line.nextId;
      const answer = line.pending.wait(id, { deadlineMs: options.timing.exchangeMs, signal });
      line.socket.send(formatEvent("request", [formatRequest(request)], id));
      return parseResponse(await answer);
    },
    report(event) {
      const line = lines.find(({ isReady }) => isReady);
      line?.socket.send(formatEvent("client-event", [{ ts: Date.now(), event }]));
    },
    async close(drainMs) {
      isDraining = true;
      const end = options.clock.now() + drainMs;
      while (this.inFlight > 0 && options.clock.now() < end) await options.clock.sleep(20);
      for (const { socket } of lines) socket.close();
    },
  };
}
