import { readFile } from "node:fs/promises";
import { BrokerError, systemCode } from "@tidewaiter/runtime";
import { CLIENT_RULES, parseRuleFile, type RuleFile } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";

const TIMEOUT_MS = 30_000;

/**
 * The rule file that ACCEPT names (path or URL), or the built-in rules.
 *
 * @throws {BrokerError} CONFIG_INVALID when it cannot be had or holds a mistake.
 */
export async function loadRules(accept: string | undefined, dispatcher: Dispatcher): Promise<RuleFile> {
  if (accept === undefined) return CLIENT_RULES;
  const source = /^https?:\/\//i.test(accept) ? await fetchRules(new URL(accept), dispatcher) : await readRules(accept);
  return parseRuleFile(source);
}

async function readRules(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new BrokerError("CONFIG_INVALID", `ACCEPT: the file cannot be read (${systemCode(error)})`, { cause: error });
  }
}

async function fetchRules(url: URL, dispatcher: Dispatcher): Promise<string> {
  const { origin, pathname, search } = url;
  try {
    const answer = await dispatcher.request({
      origin,
      path: pathname + search,
      method: "GET",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.body.text();
    if (answer.statusCode === 200) return text;
    throw new BrokerError("CONFIG_INVALID", `ACCEPT: the server answered ${answer.statusCode}`);
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    throw new BrokerError("CONFIG_INVALID", `ACCEPT: cannot be fetched (${systemCode(error)})`, { cause: error });
  }
}
