import { readFile } from "node:fs/promises";
import { BrokerError, systemCode } from "@tidewaiter/runtime";
import { parseRuleFile, type RuleFile } from "@tidewaiter/tunnel";

const TIMEOUT_MS = 30_000;

/**
 * The server's rule file, from a path or a URL; undefined without one.
 *
 * @throws {BrokerError} CONFIG_INVALID when it cannot be had or holds a mistake.
 */
export async function loadServerRules(accept: string | undefined): Promise<RuleFile | undefined> {
  if (accept === undefined) return undefined;
  try {
    const isUrl = /^https?:\/\//i.test(accept);
    return parseRuleFile(isUrl ? await fetchRules(accept) : await readFile(accept, "utf8"));
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    const reason = systemCode(error) ?? "no answer";
    throw new BrokerError("CONFIG_INVALID", `ACCEPT: cannot be read (${reason})`, { cause: error });
  }
}

async function fetchRules(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (answer.ok) return answer.text();
  throw new BrokerError("CONFIG_INVALID", `ACCEPT: the server answered ${answer.status}`);
}
