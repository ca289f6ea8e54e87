import { parentPort } from "node:worker_threads";
import { toBrokerError } from "@tidewaiter/runtime";
import { readTask } from "../layer/layer-task.ts";
import { readPlace } from "../sources/blob-place.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** The bytes of one layer as they arrive by message; every block that was read is given back, so that few are on their way. */
class Inbox {
  readonly #chunks: Extract<ToWorker, { kind: "chunk" }>[] = [];
  readonly #blocks: readonly SharedArrayBuffer[];
  #isEnded = false;
  #wake: (() => void) | undefined;

  constructor(blocks: readonly SharedArrayBuffer[]) {
    this.#blocks = blocks;
  }

  take(message: ToWorker): void {
    if (message.kind === "chunk") this.#chunks.push(message);
    if (message.kind === "end") this.#isEnded = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#chunks.shift();
      const bytes = chunk && this.#blocks[chunk.block];
      if (bytes) {
        yield Buffer.from(bytes, 0, chunk.length);
        send({ kind: "taken", block: chunk.block });
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

parentPort?.on("message", (message: ToWorker) => {
  if (message.kind !== "task") {
    inbox?.take(message);
    return;
  }
  const { task, place, blocks } = message;
  inbox = new Inbox(blocks);
  const stored = place ? readPlace(place, (bytes) => send({ kind: "read", bytes })) : inbox.read();
  readTask(stored, task, { mayBlock: true }).then(
    (facts) => send({ kind: "facts", facts }),
    (thrown: unknown) => {
      const { code, message: text, likely, action } = toBrokerError(thrown);
      send({ kind: "failed", code, message: text, likely, action });
    },
  );
});

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}
