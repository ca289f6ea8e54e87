import { BrokerError, toBrokerError } from "@tidewaiter/runtime";
import { TIDEWAITER_STREAMS } from "@tidewaiter/tunnel";
import { type ClientDirectory, type ConnectedClient, openSocket } from "./client-directory.ts";
import { describeDown } from "./describe-call.ts";
import { type DownRequest, type Downward, needsAck } from "./downward.ts";
import type { ExchangeAnswer } from "./exchanges.ts";
import type { FrameDownward } from "./frame-downward.ts";
import type { TunnelCall } from "./hub.ts";
import type { HubMetrics } from "./hub-metrics.ts";
import type { TunnelSettings } from "./settings.ts";

export type WithoutDeadline = Omit<DownRequest, "deadlineMs"> & { readonly deadlineMs?: number };

export interface ForwardingOptions {
  readonly directory: ClientDirectory;
  readonly settings: TunnelSettings;
  readonly metrics: HubMetrics;
  readonly frames: FrameDownward;
  readonly downward: Downward;
  readonly isDraining: () => boolean;
  /** A client refused to fill something in that the request asked for. */
  readonly onRefused: (client: ConnectedClient, request: DownRequest) => void;
  readonly onCall: (call: TunnelCall) => void;
}

/** Which client a request goes to, in which form, and what happens when that client goes away. */
export interface Forwarding {
  /** @throws {BrokerError} NO_CONNECTION, TUNNEL_DOWN, EXCHANGE_LOST, TIMEOUT, UNAVAILABLE while stopping. */
  forward(connectionId: string, request: WithoutDeadline): Promise<ExchangeAnswer>;
  choose(connectionId: string): ConnectedClient;
}

export function createForwarding(options: ForwardingOptions): Forwarding {
  const { directory, settings, metrics, frames, downward, isDraining, onRefused, onCall } = options;
  const choose = (connectionId: string): ConnectedClient => {
    if (isDraining()) throw new BrokerError("UNAVAILABLE", "the server is stopping", { retryAfterMs: 5_000 });
    return directory.choose(connectionId);
  };

  /** That nobody could take a request is told, too. */
  const chooseFor = (connectionId: string, request: DownRequest): ConnectedClient => {
    try {
      return choose(connectionId);
    } catch (error) {
      onCall(describeDown(connectionId, undefined, request, 0, { error }));
      throw error;
    }
  };

  /** Counts from the choice on, so that the next choice sees it. */
  async function sendTo(client: ConnectedClient, request: DownRequest): Promise<ExchangeAnswer> {
    const start = performance.now();
    const told = (ended: Parameters<typeof describeDown>[4]): void =>
      onCall(describeDown(client.connectionId, client, request, performance.now() - start, ended));
    const hasFrames = client.capabilities.has(TIDEWAITER_STREAMS) && openSocket(client)?.transport === "websocket";
    if (client.inFlight >= settings.TIDEWAITER_MAX_EXCHANGES) {
      const message = "the broker client has as many requests as it may";
      const error = new BrokerError("UNAVAILABLE", message, { retryAfterMs: 1_000 });
      told({ error });
      throw error;
    }
    client.inFlight += 1;
    try {
      const answer = hasFrames
        ? await frames.send(client, request)
        : await downward.send(client, { ...request, wantsAck: request.wantsAck || needsAck(client) });
      if (answer.head.errorType === "SUBSTITUTION_REFUSED") onRefused(client, request);
      told({ answer });
      return answer;
    } catch (error) {
      told({ error });
      throw error;
    } finally {
      client.inFlight -= 1;
    }
  }

  /** What changes nothing may be asked again, of another client, when its own goes away. */
  async function sendOrFailOver(connectionId: string, request: DownRequest): Promise<ExchangeAnswer> {
    try {
      return await sendTo(chooseFor(connectionId, request), request);
    } catch (error) {
      const isRepeatable = request.body === undefined && (request.method === "GET" || request.method === "HEAD");
      if (!isRepeatable || !(error instanceof BrokerError) || error.code !== "EXCHANGE_LOST") throw error;
      if (isDraining() || directory.clientsOf(connectionId).length === 0) throw error;
      return sendTo(directory.choose(connectionId), request);
    }
  }

  return {
    choose,
    async forward(connectionId, asked) {
      const request = { ...asked, deadlineMs: asked.deadlineMs ?? settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS };
      try {
        const answer = await sendOrFailOver(connectionId, request);
        metrics.countForward("answered");
        return answer;
      } catch (error) {
        metrics.countForward(toBrokerError(error).code);
        throw error;
      }
    },
  };
}
