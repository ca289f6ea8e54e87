import type { ErrorCode } from "@tidewaiter/runtime";
import type { LayerFacts } from "../layer/layer-facts.ts";
import type { LayerTask } from "../layer/layer-task.ts";
import type { BlobPlace } from "../sources/blob-place.ts";

/**
 * To the worker: first the task, then the layer's stored bytes piece by piece, each in one of the blocks that both sides
 * share. With a place there are none: the worker reads the file by itself.
 */
export type ToWorker =
  | {
      readonly kind: "task";
      readonly task: LayerTask;
      readonly blocks: readonly SharedArrayBuffer[];
      readonly place?: BlobPlace;
    }
  | { readonly kind: "chunk"; readonly block: number; readonly length: number }
  | { readonly kind: "end" };

/** From the worker: each block's number again that it is done with, bytes read from a file, then the facts or what went wrong. */
export type FromWorker =
  | { readonly kind: "taken"; readonly block: number }
  | { readonly kind: "read"; readonly bytes: number }
  | { readonly kind: "facts"; readonly facts: LayerFacts }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      readonly likely: string;
      readonly action: string;
    };
