import { systemCode } from "@tidewaiter/runtime";
import { TIDEWAITER_STREAMS } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import { z } from "zod";
import type { ServerKind } from "./server-address.ts";

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_CHARACTERS = 65_536;
const healthSchema = z.object({ capabilities: z.array(z.string()) });

/** Learns before the first dial whether the server is ours, so that our token never stands in a path there. */
export interface Discovery {
  /** Rejects when nothing listens at the address; asks once, until `forget`. */
  kind(signal: AbortSignal): Promise<ServerKind>;
  forget(): void;
}

export function createDiscovery(healthUrl: URL, dispatcher: Dispatcher): Discovery {
  let known: Promise<ServerKind> | undefined;
  return {
    kind(signal) {
      known ??= ask(healthUrl, dispatcher, signal).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    forget: () => {
      known = undefined;
    },
  };
}

/** An answer that is not ours, or none in time, means the vendor's server; no connection at all is a failed dial. */
async function ask(url: URL, dispatcher: Dispatcher, signal: AbortSignal): Promise<ServerKind> {
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname,
      method: "GET",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200 || text.length > MAX_ANSWER_CHARACTERS) return "vendor";
    const health = healthSchema.safeParse(JSON.parse(text));
    return health.success && health.data.capabilities.includes(TIDEWAITER_STREAMS) ? "own" : "vendor";
  } catch (error) {
    if (systemCode(error) !== undefined && !(error instanceof SyntaxError)) throw error;
    signal.throwIfAborted();
    return "vendor";
  }
}
