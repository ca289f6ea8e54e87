import { statSync } from "node:fs";
import { BrokerError } from "@tidewaiter/runtime";
import { openSnapshot, type Snapshot } from "./snapshot.ts";

/** A database file that may be replaced at any time. */
export interface AdvisoryStore {
  readonly path: string;
  /**
   * The newest data. Ask once for each piece of work: the answer stays as it is until the next call after a swap.
   *
   * @throws {BrokerError} ADVISORIES_MISSING or ADVISORIES_INVALID.
   */
  snapshot(): Snapshot;
  close(): void;
}

/** Opens lazily: a store that is not there yet may appear later. Readers move to a new file with their next question. */
export function openAdvisoryStore(path: string): AdvisoryStore {
  let open: { readonly snapshot: Snapshot; readonly identity: string } | undefined;
  return {
    path,
    snapshot() {
      const identity = fileIdentity(path);
      if (open?.identity === identity) return open.snapshot;
      const next = { snapshot: openSnapshot(path), identity };
      open?.snapshot.close();
      open = next;
      return next.snapshot;
    },
    close() {
      open?.snapshot.close();
      open = undefined;
    },
  };
}

/** Which file stands at the path: a swap puts another inode there. */
function fileIdentity(path: string): string {
  try {
    const { dev, ino, mtimeMs, size } = statSync(path);
    return `${dev}:${ino}:${mtimeMs}:${size}`;
  } catch (error) {
    throw new BrokerError("ADVISORIES_MISSING", `no advisory database at ${path}`, { cause: error });
  }
}
