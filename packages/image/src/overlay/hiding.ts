import type { LayerFacts } from "../layer/layer-facts.ts";
import { pathSetHas } from "../layer/path-set.ts";
import { folderOf } from "../layer/paths.ts";

/** Says whether a layer takes a lower path away. */
export type Hides = (path: string) => boolean;

/**
 * OCI image specification, layer: a whiteout hides a path and what lies under it, an opaque marker what lies in a
 * folder, whatever their place in the tar; a file or link hides what lay at and under its path; a folder hides a file
 * or link, but merges with a folder.
 *
 * @param aliases gives other names that a path has through links of lower layers (`lib` for `usr/lib`).
 */
export function hidingOf(layer: LayerFacts, aliases: (path: string) => readonly string[]): Hides {
  const [whiteouts, opaques] = [new Set(layer.whiteouts), new Set(layer.opaques)];
  const known = new Map<string, boolean>();
  const isGone = (path: string): boolean => whiteouts.has(path) || pathSetHas(layer.leaves, path);
  const isFolderGone = (folder: string): boolean => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const isHidden = opaques.has(folder) || (folder !== "" && (isGone(folder) || isFolderGone(folderOf(folder))));
    known.set(folder, isHidden);
    return isHidden;
  };
  const hides: Hides = (path) => isGone(path) || pathSetHas(layer.folders, path) || isFolderGone(folderOf(path));
  return (path) => hides(path) || aliases(path).some(hides);
}
