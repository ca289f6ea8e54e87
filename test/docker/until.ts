import { setTimeout as delay } from "node:timers/promises";

const LONGEST_MS = 90_000;
const PAUSE_MS = 200;

/** Asks again until nothing is thrown, and gives the answer; the last error when it never comes true. */
export async function until<T>(what: string, ask: () => Promise<T> | T): Promise<T> {
  const end = Date.now() + LONGEST_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > end) throw new Error(`not in time: ${what}`, { cause: error });
    }
    await delay(PAUSE_MS);
  }
}
