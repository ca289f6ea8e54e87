import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openAdvisoryStore } from "@tidewaiter/advisories";
import { BrokerError, type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { Peer } from "../replicas/replica-table.ts";

export interface FollowOptions {
  readonly path: string;
  readonly log: Logger;
  /** When the present data was built. */
  readonly generation: () => string | undefined;
  readonly fetch: (peer: Peer, signal: AbortSignal) => Promise<Readable>;
  readonly onNewData: () => void;
  readonly signal: AbortSignal;
}

/** Takes over newer advisory data of another server, so that all match alike and one of them downloads. */
export function createPeerFollower(options: FollowOptions): (peers: readonly Peer[]) => void {
  const { log, generation, signal } = options;
  let running: Promise<void> | undefined;
  return (peers) => {
    const newest = peers.reduce<Peer | undefined>((best, peer) => (isNewer(peer, best) ? peer : best), undefined);
    if (running || !newest?.advisories || newest.advisories <= (generation() ?? "")) return;
    running = takeOver(options, newest, newest.advisories)
      .then(() => log.info("advisories taken over from another server", { built: newest.advisories }))
      .catch((error) => {
        if (!signal.aborted)
          log.warn("advisories of another server were not taken", { code: toBrokerError(error).code });
      })
      .finally(() => {
        running = undefined;
      });
  };
}

/** Times are ISO 8601, so they compare as texts. */
function isNewer(peer: Peer, best: Peer | undefined): boolean {
  return (peer.advisories ?? "") > (best?.advisories ?? "");
}

async function takeOver(
  { path, fetch, onNewData, signal }: FollowOptions,
  peer: Peer,
  expected: string,
): Promise<void> {
  const draft = `${path}.peer-${process.pid}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await pipeline(await fetch(peer, signal), createWriteStream(draft, { flush: true, mode: 0o600 }), { signal });
    const store = openAdvisoryStore(draft);
    const built = store.snapshot().meta.get("built");
    store.close();
    if (built === undefined || built < expected)
      throw new BrokerError("ADVISORIES_INVALID", "another server sent older advisories than it named");
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  onNewData();
}
