import { baseNameOf, folderOf } from "../layer/paths.ts";
import type { Detector } from "./detector.ts";

/** Answers for each entry, in a few look-ups, which detectors want it by name. */
export interface PathIndex {
  match(path: string): readonly Detector[];
  /** The same for a folder. */
  matchFolder(path: string): readonly Detector[];
  /** Paths that are wanted wherever they lead. */
  readonly exactPaths: readonly string[];
  /** Detectors that look at the first bytes. */
  readonly byMagic: readonly Detector[];
}

const NONE: readonly Detector[] = [];

export function createPathIndex(detectors: readonly Detector[]): PathIndex {
  const table = (pick: (detector: Detector) => readonly string[] | undefined): Map<string, Detector[]> => {
    const map = new Map<string, Detector[]>();
    for (const detector of detectors) {
      for (const key of pick(detector) ?? []) map.set(key, [...(map.get(key) ?? []), detector]);
    }
    return map;
  };
  const paths = table(({ wants }) => wants.paths);
  const baseNames = table(({ wants }) => wants.baseNames);
  const folders = table(({ wants }) => wants.folders);
  const foldersIn = table(({ wants }) => wants.foldersIn);
  // Keyed by what follows the last dot; longer suffixes are compared after the look-up.
  const endings = table(({ wants }) => wants.suffixes?.map((suffix) => suffix.slice(suffix.lastIndexOf("."))));
  const bySuffix = (path: string): readonly Detector[] => {
    const found = endings.get(path.slice(path.lastIndexOf(".")));
    return found?.filter(({ wants }) => wants.suffixes?.some((suffix) => path.endsWith(suffix))) ?? NONE;
  };
  const match = (path: string): readonly Detector[] => {
    const [byPath, byName] = [paths.get(path), baseNames.get(baseNameOf(path))];
    const [byFolder, byEnding] = [folders.get(folderOf(path)), bySuffix(path)];
    if (!byPath && !byName && !byFolder && byEnding === NONE) return NONE;
    const all = new Set([...(byPath ?? NONE), ...(byName ?? NONE), ...(byFolder ?? NONE), ...byEnding]);
    return [...all].filter(({ wants }) => wants.accepts?.(path) ?? true);
  };
  const matchFolder = (path: string): readonly Detector[] => foldersIn.get(folderOf(path)) ?? NONE;
  return { match, matchFolder, exactPaths: [...paths.keys()], byMagic: detectors.filter(({ wants }) => wants.magic) };
}
