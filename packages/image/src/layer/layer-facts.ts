import type { Detection } from "../detectors/detector.ts";
import type { PathSet } from "./path-set.ts";

/** One file that a detector read. */
export interface FileFact {
  readonly path: string;
  readonly detector: string;
  readonly detection: Detection;
}

export interface LinkFact {
  readonly path: string;
  readonly target: string;
  /** A hard link's target is a path from the root; a symbolic one's is as written. */
  readonly isHard: boolean;
}

/** All that is kept of a layer. Depends on nothing but the layer's bytes, so it may be cached by digest. */
export interface LayerFacts {
  readonly digest: string;
  readonly diffId: string;
  readonly rawBytes: number;
  readonly entries: number;
  readonly files: readonly FileFact[];
  readonly links: readonly LinkFact[];
  /** Paths that this layer takes away from those below. */
  readonly whiteouts: readonly string[];
  /** Folders whose lower content is hidden. */
  readonly opaques: readonly string[];
  /** Everything but folders, by hash: each hides what lay at and under its path. */
  readonly leaves: PathSet;
  /** Folders, by hash: each hides a file or link that lay at its path. */
  readonly folders: PathSet;
  readonly problems: readonly { readonly path: string; readonly code: string; readonly reason: string }[];
}
