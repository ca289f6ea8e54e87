import { systemCode } from "@tidewaiter/runtime";
import type { Dispatcher } from "undici";

const TIMEOUT_MS = 5_000;

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
  readonly callbackUrl: string | undefined;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

export function startPreflight(options: PreflightOptions): Preflight {
  const results = new Map<string, PreflightResult>();
  if (options.isEnabled) void runChecks(options, (result) => results.set(result.id, result));
  return { results: () => [...results.values()] };
}

async function runChecks(options: PreflightOptions, report: (result: PreflightResult) => void): Promise<void> {
  const { serverUrl, apiUrl, callbackUrl } = options;
  report(checkCallbackUrl(callbackUrl));
  const probes = [
    probe(options, "broker-server-status", "Broker server healthcheck", `${serverUrl.replace(/\/$/, "")}/healthcheck`),
  ];
  if (apiUrl) probes.push(probe(options, "rest-api-status", "REST API", `${apiUrl.replace(/\/$/, "")}/rest/openapi`));
  for (const pending of probes) report(await pending);
}

async function probe(
  { dispatcher, signal }: PreflightOptions,
  id: string,
  name: string,
  address: string,
): Promise<PreflightResult> {
  const url = new URL(address);
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname,
      method: "GET",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await answer.body.dump();
    const isGood = answer.statusCode < 300;
    return { id, name, status: isGood ? "passing" : "error", output: `${name} answered ${answer.statusCode}` };
  } catch (error) {
    return {
      id,
      name,
      status: "error",
      output: `${name} cannot be reached (${systemCode(error) ?? "no answer in time"})`,
    };
  }
}

function checkCallbackUrl(callbackUrl: string | undefined): PreflightResult {
  const [id, name] = ["broker-client-url-validation", "Broker client URL"];
  if (callbackUrl !== undefined) return { id, name, status: "passing", output: "BROKER_CLIENT_URL is set" };
  return { id, name, status: "warning", output: "BROKER_CLIENT_URL is not set: the agent cannot send results back" };
}
