import {
  type BodyFrame,
  bodyTooLarge,
  createFrameBatch,
  createPendingAnswers,
  type ExchangeRequest,
  type ExchangeResponse,
  encodeBodyFrame,
  formatAck,
  formatEvent,
  formatRequest,
  formatRequestHead,
  formatResponse,
  type PendingAnswers,
  parseResponse,
  TIDEWAITER_STREAMS,
  type WaitOptions,
} from "@tidewaiter/tunnel";
import type { Role, TunnelSocket } from "./tunnel-socket.ts";

/** One of the two connections with what its server said of itself and what waits on it. */
export interface Line {
  readonly role: Role;
  readonly isOpen: boolean;
  /** Open, and the server has identified itself: anything sent earlier would be dropped. */
  readonly isReady: boolean;
  /** The server is ours and takes binary frames. */
  readonly isOwn: boolean;
  readonly waiting: number;
  serverTakes(capability: string): boolean;
  /** As it was when this connection was dialled. */
  readonly serverId: string | undefined;
  ask(request: ExchangeRequest, options: WaitOptions): Promise<ExchangeResponse>;
  /** The same in frames, between ends of ours. */
  askFrame(request: Omit<ExchangeRequest, "streamingId">, options: WaitOptions): Promise<BodyFrame>;
  onAnswer(frame: BodyFrame): void;
  acknowledge(id: number, response: ExchangeResponse): void;
  /** In the place of a body that is too long for an acknowledgement. */
  refuseAck(id: number, bodySize: number): void;
  sendEvent(name: string, args: readonly unknown[]): void;
  /** The same, and waits until the message has left this process. */
  sendEventFlushed(name: string, args: readonly unknown[]): Promise<void>;
  sendFrame(bytes: Buffer): void;
  onAck(id: number, args: readonly unknown[]): void;
  onIdentify(capabilities: readonly string[]): void;
  onLost(error: unknown): void;
  close(): void;
}

const MAX_FRAME_ID = 0xffff_ffff;

export function createLine(socket: TunnelSocket, maxExchanges: number, serverId: () => string | undefined): Line {
  const batch = createFrameBatch((message) => {
    if (socket.isOpen) socket.sendFrame(message);
  });
  const pending: PendingAnswers<number, readonly unknown[]> = createPendingAnswers(maxExchanges);
  const answers: PendingAnswers<number, BodyFrame> = createPendingAnswers(maxExchanges);
  let nextId = 0;
  let capabilities: readonly string[] | undefined;
  return {
    role: socket.role,
    get isOpen() {
      return socket.isOpen;
    },
    get isReady() {
      return socket.isOpen && capabilities !== undefined;
    },
    get isOwn() {
      return capabilities?.includes(TIDEWAITER_STREAMS) === true;
    },
    serverTakes: (capability) => capabilities?.includes(capability) === true,
    get waiting() {
      return pending.size + answers.size;
    },
    get serverId() {
      return serverId();
    },
    async ask(request, options) {
      nextId += 1;
      const answer = pending.wait(nextId, options);
      // The rejection is awaited below; a failing send must not leave it unheard.
      answer.catch(() => {});
      try {
        socket.send(formatEvent("request", [formatRequest(request)], nextId));
      } catch (error) {
        pending.reject(nextId, error);
      }
      return parseResponse(await answer);
    },
    async askFrame({ body, ...request }, options) {
      nextId = (nextId % MAX_FRAME_ID) + 1;
      const id = nextId;
      const answer = answers.wait(id, options);
      batch.push(encodeBodyFrame("callback", id, formatRequestHead(request, false), body));
      try {
        return await answer;
      } catch (error) {
        // The other end would work on for nobody.
        if (socket.isOpen) batch.push(encodeBodyFrame("withdraw", id));
        throw error;
      }
    },
    onAnswer: (frame) => void answers.resolve(frame.id, frame),
    acknowledge: (id, response) => socket.send(formatAck(id, [formatResponse(response)])),
    refuseAck: (id, bodySize) => socket.send(formatAck(id, [bodyTooLarge(bodySize)])),
    sendEvent: (name, args) => socket.send(formatEvent(name, args)),
    sendEventFlushed: (name, args) => socket.sendFlushed(formatEvent(name, args)),
    sendFrame: (bytes) => batch.push(bytes),
    onAck: (id, args) => void pending.resolve(id, args),
    onIdentify(said) {
      capabilities = said;
    },
    onLost(error) {
      capabilities = undefined;
      batch.clear();
      pending.rejectAll(error);
      answers.rejectAll(error);
    },
    close: () => socket.close(),
  };
}
