import type { LayerFacts } from "./layer/layer-facts.ts";

/** Facts of layers that were read before, by digest. Only verified facts go in. */
export interface LayerCache {
  /** `isOwn` is false when another connection put it there: then this one has to show that it may read the blob. */
  get(digest: string, connection: string): { readonly facts: LayerFacts; readonly isOwn: boolean } | undefined;
  put(facts: LayerFacts, connection: string): void;
  /** Notes that this connection was allowed to read the blob. */
  grant(digest: string, connection: string): void;
  close(): void;
}
