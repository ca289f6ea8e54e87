import type { AnalysisProgress, ImageSource, Referrer, ScanLimits } from "@tidewaiter/image";
import type { ImageFacts } from "@tidewaiter/inventory";
import type { Descriptor } from "@tidewaiter/oci";
import { BrokerError, type ErrorCode, toBrokerError } from "@tidewaiter/runtime";

/** What a thread needs to know of an image; its blobs come by message. */
export interface ScanTask {
  readonly image: Pick<ImageSource, "digest" | "platform" | "manifest" | "config" | "index" | "verifiesBlobs">;
  /** Whether it may ask for what is attached to the image. */
  readonly listsReferrers: boolean;
  readonly connection: string;
  readonly limits: ScanLimits;
}

/** What every scan of a thread shares; handed over at its start. */
export interface ThreadSetup {
  /** The layer cache, a file that is there and up to date. */
  readonly cachePath?: string;
  readonly cacheBytes: number;
}

/** An inventory as it will be sent, so that nobody has to unfold it again: JSON in UTF-8, with what others ask of it. */
export interface PackedInventory {
  readonly image: ImageFacts;
  readonly packages: number;
  readonly json: Uint8Array<ArrayBuffer>;
}

/** An inventory and what it cost. */
export interface Analysis {
  readonly inventory: PackedInventory;
  readonly bytesFetched: number;
  readonly layersCached: number;
  readonly layersRead: number;
}

/** An error as it crosses threads. */
export interface ThreadProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly likely: string;
  readonly action: string;
  readonly retryAfterMs: number | undefined;
}

/** To the thread: a scan, then answers to what it asks. `id` names one thing that it asked for. */
export type ToThread =
  | { readonly kind: "scan"; readonly task: ScanTask }
  | { readonly kind: "granted"; readonly id: number }
  | { readonly kind: "referrers"; readonly id: number; readonly referrers: readonly Referrer[] }
  | { readonly kind: "chunk"; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "fault"; readonly id: number; readonly problem: ThreadProblem };

/** From the thread: requests for blobs and what is attached, a nod for each piece that it is done with, and how the scan ended. */
export type FromThread =
  | { readonly kind: "open" | "authorize"; readonly id: number; readonly descriptor: Descriptor }
  | { readonly kind: "attached"; readonly id: number }
  | { readonly kind: "taken" | "drop"; readonly id: number }
  | { readonly kind: "progress"; readonly progress: AnalysisProgress }
  | { readonly kind: "warning"; readonly message: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: "done"; readonly analysis: Analysis }
  | { readonly kind: "failed"; readonly problem: ThreadProblem };

export function toThreadProblem(thrown: unknown): ThreadProblem {
  const { code, message, likely, action, retryAfterMs } = toBrokerError(thrown);
  return { code, message, likely, action, retryAfterMs };
}

export function fromThreadProblem({ code, message, ...options }: ThreadProblem): BrokerError {
  return new BrokerError(code, message, options);
}
