import { parentPort } from "node:worker_threads";
import { toBrokerError } from "@tidewaiter/runtime";
import { readTask } from "../layer/layer-task.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** The bytes of one layer as they arrive by message; every piece that was read is nodded to, so that few are on their way. */
class Inbox {
  readonly #chunks: Buffer[] = [];
  readonly #onTaken: () => void;
  #isEnded = false;
  #wake: (() => void) | undefined;

  constructor(onTaken: () => void) {
    this.#onTaken = onTaken;
  }

  take(message: ToWorker): void {
    if (message.kind === "chunk") this.#chunks.push(Buffer.from(message.bytes.buffer));
    if (message.kind === "end") this.#isEnded = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        yield chunk;
        this.#onTaken();
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
const send = (message: FromWorker): void => parentPort?.postMessage(message);

parentPort?.on("message", (message: ToWorker) => {
  if (message.kind !== "task") {
    inbox?.take(message);
    return;
  }
  const current = new Inbox(() => send({ kind: "taken" }));
  inbox = current;
  readTask(current.read(), message.task).then(
    (facts) => send({ kind: "facts", facts }),
    (thrown: unknown) => {
      const { code, message: text, likely, action } = toBrokerError(thrown);
      send({ kind: "failed", code, message: text, likely, action });
    },
  );
});
