import { Readable } from "node:stream";
import type { Dispatcher } from "undici";

/** A response of the agent: in memory when it said that it is small, flowing otherwise. */
export interface AgentResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer | Readable;
}

type Controller = Dispatcher.DispatchController;
const HIGH_WATER_MARK = 128 * 1024;

/**
 * Sends a request and gives its response as soon as the head is there, or a small body with it: most answers are small,
 * and a stream for each of them costs more than the answer.
 *
 * @param wholeBytes Bodies that say to be no longer than this come whole.
 * @throws what undici throws, and the signal's reason.
 */
export function requestAgent(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  wholeBytes: number,
  signal: AbortSignal,
): Promise<AgentResponse> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    dispatcher.dispatch(request, new ResponseReader(wholeBytes, signal, resolve, reject));
  });
}

class ResponseReader implements Dispatcher.DispatchHandler {
  readonly #wholeBytes: number;
  readonly #signal: AbortSignal;
  readonly #resolve: (response: AgentResponse) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Controller | undefined;
  #chunks: Buffer[] = [];
  #head: Omit<AgentResponse, "body"> | undefined;
  #stream: Readable | undefined;

  constructor(
    wholeBytes: number,
    signal: AbortSignal,
    resolve: (response: AgentResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#wholeBytes = wholeBytes;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.#signal.reason;
    const error = reason instanceof Error ? reason : new DOMException("the request was given up", "AbortError");
    if (this.#controller) this.#controller.abort(error);
    this.#fail(error);
  };

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#signal.aborted) this.#onAbort();
  }

  onResponseStart(controller: Controller, status: number, headers: AgentResponse["headers"]): void {
    if (status < 200) return;
    this.#head = { status, headers };
    const length = Number(headers["content-length"] ?? Number.NaN);
    if (length <= this.#wholeBytes) return;
    const stream = new Readable({
      highWaterMark: HIGH_WATER_MARK,
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!stream.readableEnded) controller.abort(error ?? new DOMException("nobody reads on", "AbortError"));
        done(error);
      },
    });
    // Whoever reads is told of an error; until then nobody else listens.
    stream.on("error", () => {});
    this.#stream = stream;
    this.#resolve({ ...this.#head, body: stream });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (!this.#stream) this.#chunks.push(chunk);
    else if (!this.#stream.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    if (this.#stream) this.#stream.push(null);
    else if (this.#head) this.#resolve({ ...this.#head, body: Buffer.concat(this.#chunks) });
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#fail(error);
  }

  #fail(error: unknown): void {
    if (this.#stream) this.#stream.destroy(error instanceof Error ? error : undefined);
    else this.#reject(error);
  }
}
