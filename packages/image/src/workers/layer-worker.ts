import { parentPort } from "node:worker_threads";
import { toBrokerError } from "@tidewaiter/runtime";
import { readTask } from "../layer/layer-task.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** The bytes of one layer as they arrive by message; every block that was read is sent back, so that few are on their way. */
class Inbox {
  readonly #chunks: Buffer<ArrayBuffer>[] = [];
  readonly #onTaken: (block: ArrayBuffer) => void;
  #isEnded = false;
  #wake: (() => void) | undefined;

  constructor(onTaken: (block: ArrayBuffer) => void) {
    this.#onTaken = onTaken;
  }

  take(message: ToWorker): void {
    if (message.kind === "chunk") this.#chunks.push(Buffer.from(message.block, 0, message.length));
    if (message.kind === "end") this.#isEnded = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        yield chunk;
        this.#onTaken(chunk.buffer);
      } else if (this.#isEnded) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

let inbox: Inbox | undefined;
const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(message, transfer);

parentPort?.on("message", (message: ToWorker) => {
  if (message.kind !== "task") {
    inbox?.take(message);
    return;
  }
  const current = new Inbox((block) => send({ kind: "taken", block }, [block]));
  inbox = current;
  readTask(current.read(), message.task, { mayBlock: true }).then(
    (facts) => send({ kind: "facts", facts }),
    (thrown: unknown) => {
      const { code, message: text, likely, action } = toBrokerError(thrown);
      send({ kind: "failed", code, message: text, likely, action });
    },
  );
});
