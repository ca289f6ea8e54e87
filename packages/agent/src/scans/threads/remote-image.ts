import { Readable } from "node:stream";
import type { ImageSource, Referrer } from "@tidewaiter/image";
import type { Descriptor } from "@tidewaiter/oci";
import { type FromThread, fromThreadProblem, type ScanTask, type ToThread } from "./messages.ts";

type Answer = Exclude<ToThread, { readonly kind: "scan" }>;

/** An image whose blobs are opened by the main thread and arrive piece by piece. */
export interface RemoteImage {
  readonly source: ImageSource;
  /** To be called with what the main thread answers. */
  take(answer: Answer): void;
}

export function createRemoteImage(
  { image, listsReferrers }: ScanTask,
  send: (message: FromThread) => void,
): RemoteImage {
  const asked = new Map<number, { readonly take: (answer: Answer) => void }>();
  let lastId = 0;
  const ask = (question: (id: number) => FromThread, take: (id: number) => (answer: Answer) => void): void => {
    lastId += 1;
    asked.set(lastId, { take: take(lastId) });
    send(question(lastId));
  };
  const openBlob = async (descriptor: Descriptor): Promise<Readable> =>
    new Promise((resolve) => {
      const open = (id: number): ((answer: Answer) => void) => {
        const blob = new RemoteBlob({
          onTaken: () => send({ kind: "taken", id }),
          onOver: (isWhole) => {
            asked.delete(id);
            if (!isWhole) send({ kind: "drop", id });
          },
        });
        resolve(blob);
        return (answer) => blob.accept(answer);
      };
      ask((id) => ({ kind: "open", id, descriptor }), open);
    });
  /** Resolves with the one answer to a question. */
  const askOnce = (question: (id: number) => FromThread): Promise<Answer> =>
    new Promise((resolve, reject) => {
      ask(question, (id) => (answer) => {
        asked.delete(id);
        if (answer.kind === "fault") reject(fromThreadProblem(answer.problem));
        else resolve(answer);
      });
    });
  const authorizeBlob = async (descriptor: Descriptor): Promise<void> => {
    await askOnce((id) => ({ kind: "authorize", id, descriptor }));
  };
  const listReferrers = async (): Promise<readonly Referrer[]> => {
    const answer = await askOnce((id) => ({ kind: "attached", id }));
    return answer.kind === "referrers" ? answer.referrers : [];
  };
  const source = { ...image, openBlob, authorizeBlob, ...(listsReferrers && { listReferrers }) };
  return { source, take: (answer) => asked.get(answer.id)?.take(answer) };
}

interface BlobWatch {
  readonly onTaken: () => void;
  readonly onOver: (isWhole: boolean) => void;
}

/** The bytes of one blob as they arrive; every piece that was handed on is nodded to, so that few are on their way. */
class RemoteBlob extends Readable {
  readonly #watch: BlobWatch;
  readonly #pieces: Buffer[] = [];
  #isWanted = false;
  #isEnded = false;

  constructor(watch: BlobWatch) {
    super();
    this.#watch = watch;
  }

  accept(answer: Answer): void {
    if (answer.kind === "fault") this.destroy(fromThreadProblem(answer.problem));
    if (answer.kind === "chunk") this.#pieces.push(Buffer.from(answer.bytes.buffer));
    if (answer.kind === "end") this.#isEnded = true;
    this.#flush();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#flush();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#watch.onOver(this.readableEnded);
    callback(error);
  }

  #flush(): void {
    while (this.#isWanted) {
      const piece = this.#pieces.shift();
      if (!piece) break;
      this.#isWanted = this.push(piece);
      this.#watch.onTaken();
    }
    if (this.#isWanted && this.#isEnded) {
      this.#isWanted = false;
      this.push(null);
    }
  }
}
