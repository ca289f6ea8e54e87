import { type Clock, systemCode } from "@tidewaiter/runtime";
import { readBounded } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import { z } from "zod";

const TIMEOUT_MS = 5_000;
const TRIES = 4;
const RETRY_WAIT_MS = 500;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const MAX_MINORS_BEHIND = 10;
const healthSchema = z.object({ version: z.string().max(64) });

export interface PreflightResult {
  readonly id: string;
  readonly name: string;
  readonly status: "passing" | "warning" | "error";
  readonly output: string;
}

/** Checks at start that never hold the start up; their results are told to the server and shown. */
export interface Preflight {
  results(): readonly PreflightResult[];
}

export interface PreflightOptions {
  readonly isEnabled: boolean;
  readonly serverUrl: string;
  readonly apiUrl: string | undefined;
  readonly version: string;
  readonly checkCallbackUrl: (signal: AbortSignal) => Promise<PreflightResult>;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export function startPreflight(options: PreflightOptions): Preflight {
  const results = new Map<string, PreflightResult>();
  if (options.isEnabled) void runChecks(options, (result) => results.set(result.id, result));
  return { results: () => [...results.values()] };
}

async function runChecks(options: PreflightOptions, report: (result: PreflightResult) => void): Promise<void> {
  const { serverUrl, apiUrl, version, signal } = options;
  const limited = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const server = probe(options, `${trim(serverUrl)}/healthcheck`);
  await Promise.all([
    options.checkCallbackUrl(limited()).then(report),
    server.then((outcome) => report(describe("broker-server-status", "Broker server healthcheck", outcome))),
    server.then(({ version: theirs }) => report(judgeAge(version, theirs))),
    apiUrl &&
      probe(options, `${trim(apiUrl)}/rest/openapi`).then((o) => report(describe("rest-api-status", "REST API", o))),
  ]);
}

interface Outcome {
  readonly isGood: boolean;
  readonly said: string;
  /** What the other end calls its version. */
  readonly version?: string;
}

function describe(id: string, name: string, { isGood, said }: Outcome): PreflightResult {
  return { id, name, status: isGood ? "passing" : "error", output: `${name} ${said}` };
}

/** A server that is only just starting gets a few tries. */
async function probe(options: PreflightOptions, address: string): Promise<Outcome> {
  for (let left = TRIES - 1; ; left -= 1) {
    const outcome = await probeOnce(options, new URL(address));
    if (outcome.isGood || left === 0 || options.signal.aborted) return outcome;
    await options.clock.sleep(RETRY_WAIT_MS, options.signal).catch(() => {});
  }
}

async function probeOnce({ dispatcher, signal }: PreflightOptions, { origin, pathname }: URL): Promise<Outcome> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const answer = await dispatcher.request({ origin, path: pathname, method: "GET", signal: limited });
    const text = (await readBounded(answer.body, MAX_ANSWER_BYTES)).toString("utf8");
    const health = healthSchema.safeParse(parseJson(text));
    const said = `answered ${answer.statusCode}`;
    return { isGood: answer.statusCode < 300, said, ...(health.success && { version: health.data.version }) };
  } catch (error) {
    return { isGood: false, said: `cannot be reached (${systemCode(error) ?? "no answer in time"})` };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function trim(address: string): string {
  return address.replace(/\/+$/, "");
}

/** A client more than ten minor versions behind its server should be renewed, as the vendor sees it. */
export function judgeAge(own: string, server: string | undefined): PreflightResult {
  const [id, name] = ["client-version-validation", "Broker client version"];
  const [ownMinor, serverMinor] = [minorOf(own), minorOf(server ?? "")];
  if (ownMinor === undefined || serverMinor === undefined)
    return { id, name, status: "passing", output: `protocol version ${own}; the server tells none` };
  const isOld = serverMinor - ownMinor > MAX_MINORS_BEHIND;
  const output = `protocol version ${own}, the server's is ${server}`;
  return { id, name, status: isOld ? "warning" : "passing", output };
}

function minorOf(version: string): number | undefined {
  const match = /^(\d{1,6})\.(\d{1,6})\./.exec(version);
  return match ? Number(match[1]) * 1_000_000 + Number(match[2]) : undefined;
}
