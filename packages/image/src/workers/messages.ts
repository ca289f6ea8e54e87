import type { ErrorCode } from "@tidewaiter/runtime";
import type { LayerFacts } from "../layer/layer-facts.ts";
import type { LayerTask } from "../layer/layer-task.ts";

/** To the worker: first the task, then the layer's stored bytes piece by piece. */
export type ToWorker =
  | { readonly kind: "task"; readonly task: LayerTask }
  | { readonly kind: "chunk"; readonly block: ArrayBuffer; readonly length: number }
  | { readonly kind: "end" };

/** From the worker: each block again that it is done with, then the facts or what went wrong. */
export type FromWorker =
  | { readonly kind: "taken"; readonly block: ArrayBuffer }
  | { readonly kind: "facts"; readonly facts: LayerFacts }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly message: string;
      readonly likely: string;
      readonly action: string;
    };
