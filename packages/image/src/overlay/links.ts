import { folderOf, normalizePath } from "../layer/paths.ts";

/** Kernel's own bound on links in one path (path_resolution(7)). */
const MAX_LINKS = 40;

/** Symbolic links of a merged image: where each leads, as written. */
export type LinkTargets = ReadonlyMap<string, { readonly target: string }>;

/**
 * The path that a path really is, with every symbolic link followed as a process in the container would: absolute
 * targets start at the image's root, and nothing leads out of it. Undefined for a loop.
 */
export function resolvePath(path: string, links: LinkTargets): string | undefined {
  const pending = path.split("/").reverse();
  let real = "";
  let followed = 0;
  while (pending.length > 0) {
    const part = pending.pop() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      real = folderOf(real);
      continue;
    }
    const here = real === "" ? part : `${real}/${part}`;
    const link = links.get(here);
    if (!link) {
      real = here;
      continue;
    }
    followed += 1;
    if (followed > MAX_LINKS) return undefined;
    if (link.target.startsWith("/")) real = "";
    pending.push(...link.target.split("/").reverse());
  }
  return real;
}

/** As `resolvePath`, but a link at the path itself stays: what an entry with this name is put over. */
export function resolveParents(path: string, links: LinkTargets): string {
  const folder = folderOf(path);
  if (folder === "") return path;
  const real = resolvePath(folder, links);
  return real === undefined || real === folder ? path : normalizePath(`${real}${path.slice(folder.length)}`);
}
