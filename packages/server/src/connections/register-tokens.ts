import { setTimeout as delay } from "node:timers/promises";
import { EVERYTHING } from "../access/principal.ts";
import { hashSecret } from "../store/ids.ts";
import type { Connections } from "./connections.ts";
import type { BrokerTokens } from "./tokens.ts";

const OTHER_SERVER_MS = 1_000;

/** Tokens of the environment: each gets a connection of its own, once. */
export async function registerTokens(
  tokens: BrokerTokens,
  connections: Connections,
  values: readonly string[],
): Promise<void> {
  for (const value of values) {
    const token = value.toLowerCase();
    try {
      await register(tokens, connections, token);
    } catch {
      // Another server that starts just now was first with the connection; its token follows.
      await delay(OTHER_SERVER_MS);
      await register(tokens, connections, token);
    }
  }
}

async function register(tokens: BrokerTokens, connections: Connections, token: string): Promise<void> {
  if (await tokens.find(token)) return;
  const name = `broker-${hashSecret(token).slice(0, 8)}`;
  const { items } = await connections.list(EVERYTHING, { limit: 500 });
  const present = items.find((connection) => connection.name === name);
  await tokens.issue(present?.id ?? (await connections.create(name, "oci", {})), token);
}
