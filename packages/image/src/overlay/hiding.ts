import type { LayerFacts } from "../layer/layer-facts.ts";
import { pathSetHas } from "../layer/path-set.ts";
import { folderOf } from "../layer/paths.ts";

/** Says whether a layer takes a lower path away. */
export type Hides = (path: string) => boolean;

/** Another name of a path, by way of a link to a folder above it. */
export interface Alias {
  readonly link: string;
  readonly path: string;
}

/**
 * OCI image specification, layer: a whiteout hides a path and what lies under it, an opaque marker what lies in a
 * folder, whatever their place in the tar; a file or link hides what lay at and under its path; a folder hides a file
 * or link, but merges with a folder.
 *
 * @param aliases gives other names that a path has through links of lower layers (`lib` for `usr/lib`).
 */
export function hidingOf(layer: LayerFacts, aliases: (path: string) => readonly Alias[]): Hides {
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
  // What takes the link itself away leaves its target alone: only names below the link count.
  const hidesBelow = ({ link, path }: Alias): boolean => {
    if (hides(link)) return false;
    if (isGone(path) || pathSetHas(layer.folders, path)) return true;
    let folder = folderOf(path);
    for (; folder.length > link.length; folder = folderOf(folder)) {
      if (opaques.has(folder) || isGone(folder)) return true;
    }
    return opaques.has(link);
  };
  return (path) => hides(path) || aliases(path).some(hidesBelow);
}
