import { type RematchOptions, rematchAll } from "./rematch.ts";

/** Compares stored inventories again, in the background, whenever there may be newer advisories. */
export interface Rematcher {
  wake(): void;
  /** Until the signal fires. */
  run(): Promise<void>;
}

/** Also without a wake-up: another process may have put a new database there. */
const LOOK_MS = 60_000;

export function createRematcher(options: RematchOptions & { readonly signal: AbortSignal }): Rematcher {
  const { clock, log, signal } = options;
  let wakeUp = new AbortController();
  return {
    wake: () => wakeUp.abort(),
    async run() {
      while (!signal.aborted) {
        wakeUp = new AbortController();
        try {
          const count = await rematchAll(options, signal);
          if (count > 0) log.info("inventories compared again", { count });
        } catch (error) {
          if (!signal.aborted) log.error("comparing inventories again failed", { error });
        }
        await clock.sleep(LOOK_MS, AbortSignal.any([signal, wakeUp.signal])).catch(() => {});
      }
    },
  };
}
