import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/** Builds a file beside `path` and puts it there in one step: readers see the old one or the new one, whenever the process dies. */
export function replaceFile<T>(path: string, build: (draft: string) => T): T {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new-${process.pid}`;
  rmSync(draft, { force: true });
  try {
    const result = build(draft);
    syncPath(draft);
    renameSync(draft, path);
    syncPath(dirname(path));
    return result;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function syncPath(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
