import { once } from "node:events";
import type { ImageSource } from "@tidewaiter/image";
import type { Descriptor } from "@tidewaiter/oci";
import { type ToThread, toThreadProblem } from "./messages.ts";

/** Pieces that are on their way to a thread at once; with those of 64 to 256 KB this is at most 2 MB for each blob. */
const MAX_ON_THE_WAY = 8;

export interface BlobRequest {
  readonly id: number;
  readonly descriptor: Descriptor;
}

/** Sends the blobs of one image to a thread, each no faster than it is read there. */
export interface BlobSender {
  open(request: BlobRequest): void;
  authorize(request: BlobRequest): void;
  /** What is attached to the image; that it cannot be listed is for the analyser to judge. */
  attached(id: number): void;
  taken(id: number): void;
  drop(id: number): void;
  /** The first failure of the source, as it was thrown. */
  readonly fault: unknown;
  /** Ends what is still on its way. */
  close(): void;
}

interface Flow {
  readonly stop: AbortController;
  readonly events: EventTarget;
  onTheWay: number;
}

export function createBlobSender(
  source: Pick<ImageSource, "openBlob" | "authorizeBlob" | "listReferrers">,
  send: (message: ToThread, transfer?: ArrayBuffer[]) => void,
  signal: AbortSignal,
): BlobSender {
  const flows = new Map<number, Flow>();
  const closing = new AbortController();
  let fault: unknown;
  const run = (id: number, work: (flow: Flow, signal: AbortSignal) => Promise<void>): void => {
    const flow: Flow = { stop: new AbortController(), events: new EventTarget(), onTheWay: 0 };
    flows.set(id, flow);
    const either = AbortSignal.any([signal, closing.signal, flow.stop.signal]);
    work(flow, either)
      .catch((error: unknown) => {
        if (either.aborted) return;
        fault ??= error;
        send({ kind: "fault", id, problem: toThreadProblem(error) });
      })
      .finally(() => flows.delete(id));
  };
  const pump = async ({ id, descriptor }: BlobRequest, flow: Flow, stop: AbortSignal): Promise<void> => {
    for await (const chunk of await source.openBlob(descriptor, stop)) {
      stop.throwIfAborted();
      // A copy, since the source's buffers are often slices of shared ones that cannot be handed over.
      const bytes = new Uint8Array(chunk as Buffer);
      send({ kind: "chunk", id, bytes }, [bytes.buffer]);
      flow.onTheWay += 1;
      while (flow.onTheWay >= MAX_ON_THE_WAY) await once(flow.events, "taken", { signal: stop });
    }
    send({ kind: "end", id });
  };
  return {
    open: (request) => run(request.id, (flow, stop) => pump(request, flow, stop)),
    authorize: ({ id, descriptor }) =>
      run(id, async (_flow, stop) => {
        await source.authorizeBlob?.(descriptor, stop);
        send({ kind: "granted", id });
      }),
    attached: (id) =>
      run(id, async (_flow, stop) => {
        const answer = source.listReferrers?.(stop).catch(toThreadProblem);
        const found = (await answer) ?? [];
        send("code" in found ? { kind: "fault", id, problem: found } : { kind: "referrers", id, referrers: found });
      }),
    taken(id) {
      const flow = flows.get(id);
      if (!flow) return;
      flow.onTheWay -= 1;
      flow.events.dispatchEvent(new Event("taken"));
    },
    drop: (id) => flows.get(id)?.stop.abort(new DOMException("the blob is not wanted any more", "AbortError")),
    get fault() {
      return fault;
    },
    close: () => closing.abort(new DOMException("the scan is over", "AbortError")),
  };
}
