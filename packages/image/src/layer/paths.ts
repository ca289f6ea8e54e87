const NEEDS_WORK = /^\/|\/$|\/\/|(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * A path of a tar entry or link as the image's root sees it: no leading slash, no `.`, and `..` stops at the root, as
 * it does for a process in the container. The root itself is the empty string.
 */
export function normalizePath(path: string): string {
  if (!NEEDS_WORK.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `folder` and what lies in it, at any depth. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "" || path === folder || (path.startsWith(folder) && path[folder.length] === "/");
}
