import { EVERYTHING } from "../access/principal.ts";
import { hashSecret } from "../store/ids.ts";
import type { Connections } from "./connections.ts";
import type { BrokerTokens } from "./tokens.ts";

/** Tokens of the environment: each gets a connection of its own, once. */
export async function registerTokens(
  tokens: BrokerTokens,
  connections: Connections,
  values: readonly string[],
): Promise<void> {
  for (const value of values) {
    const token = value.toLowerCase();
    if (await tokens.find(token)) continue;
    const name = `broker-${hashSecret(token).slice(0, 8)}`;
    const { items } = await connections.list(EVERYTHING, { limit: 500 });
    const present = items.find((connection) => connection.name === name);
    await tokens.issue(present?.id ?? (await connections.create(name, "oci", {})), token);
  }
}
