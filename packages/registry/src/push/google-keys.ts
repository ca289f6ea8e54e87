import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { BrokerError, type Clock } from "@tidewaiter/runtime";
import { z } from "zod";
import { readJson } from "../http/read-body.ts";
import type { Transport } from "../http/transport.ts";

/** Where Google publishes the keys that it signs identity tokens with. */
export const GOOGLE_KEYS_URL = "https://www.googleapis.com/oauth2/v3/certs";

/** Public keys by their id, fetched when first needed and again when one is unknown. */
export interface PublicKeys {
  /** Undefined for a key that is not published. @throws {BrokerError} the network's codes, REGISTRY_PROTOCOL. */
  find(id: string): Promise<KeyObject | undefined>;
}

const KEEP_MS = 60 * 60_000;
/** Strangers name any key, so that alone is no reason to ask more often. */
const ASK_AGAIN_MS = 60_000;
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 256 * 1024;
const keysSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal("RSA") })).max(100) });

export function createPublicKeys(url: URL, transport: Transport, clock: Clock): PublicKeys {
  let known: ReadonlyMap<string, KeyObject> = new Map();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    try {
      known = await fetchKeys(url, transport);
      fetchedAt = clock.now();
    } finally {
      fetching = undefined;
    }
  };

  return {
    async find(id) {
      const age = clock.now() - fetchedAt;
      if (age > KEEP_MS || (!known.has(id) && age > ASK_AGAIN_MS)) {
        fetching ??= refresh();
        await fetching;
      }
      return known.get(id);
    },
  };
}

async function fetchKeys(url: URL, transport: Transport): Promise<ReadonlyMap<string, KeyObject>> {
  const answer = await transport.send({ method: "GET", url, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const parsed = keysSchema.safeParse(await readJson(answer, MAX_BYTES, "the keys"));
  if (answer.status !== 200 || !parsed.success) {
    throw new BrokerError("REGISTRY_PROTOCOL", `${url.host} answered ${answer.status} without keys`);
  }
  return new Map(
    parsed.data.keys.map((key) => [key.kid, createPublicKey({ key: key as JsonWebKey, format: "jwk" })] as const),
  );
}
