import { statfs } from "node:fs/promises";
import type { Readiness } from "@tidewaiter/runtime";

/** Below it a result may not fit any more. */
const MIN_FREE_BYTES = 16 * 1024 * 1024;

/** Whether the agent is fit for traffic: its disk has room and its store answers. It never asks a registry. */
export interface FitnessWatch {
  readonly readiness: Readiness;
  /** Looks again; to be called every few seconds. */
  look(): Promise<void>;
}

export interface FitnessOptions {
  readonly dataFolder: string;
  /** Rejects when the store does not answer. */
  readonly askStore: () => Promise<unknown>;
  readonly minFreeBytes?: number;
}

export function createFitnessWatch(options: FitnessOptions): FitnessWatch {
  const { dataFolder, askStore, minFreeBytes = MIN_FREE_BYTES } = options;
  let reasons: readonly string[] = [];
  return {
    readiness: () => ({ isReady: reasons.length === 0, reasons }),
    async look() {
      const [hasRoom, answers] = await Promise.all([
        freeBytes(dataFolder).then((free) => free >= minFreeBytes),
        askStore().then(
          () => true,
          () => false,
        ),
      ]);
      reasons = [
        ...(hasRoom ? [] : ["the data folder's volume is almost full"]),
        ...(answers ? [] : ["the store does not answer"]),
      ];
    },
  };
}

/** A folder that is not there yet has all the room it needs: with a shared database nothing may ever be put there. */
async function freeBytes(folder: string): Promise<number> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  );
}
