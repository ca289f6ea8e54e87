import { checkReportSchema } from "@tidewaiter/contract";
import { BrokerError, type Secret, systemCode } from "@tidewaiter/runtime";
import { parseOrigin, placeholder, type Variables } from "@tidewaiter/tunnel";
import type { Dispatcher } from "undici";
import { agentError } from "./agent-request.ts";
import { checkCredentials } from "./check-credentials.ts";
import { type OwnHeaders, ownHeaders } from "./down-headers.ts";
import type { ClientSettings } from "./settings.ts";

const MAX_BODY_BYTES = 1024 * 1024;

export interface SystemCheckOptions {
  readonly settings: ClientSettings;
  readonly variables: Variables;
  readonly own: OwnHeaders;
  readonly registry: Secret | undefined;
  readonly version: string;
  readonly dispatcher: Dispatcher;
}

/** One validation call, ready to be made. */
interface Validation {
  readonly url: URL;
  /** As it is shown: the variable's name instead of its value. */
  readonly shownUrl: string;
  readonly method: string;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly isJsonRequired: boolean;
  /** Whether it goes to the agent, not to an address of the user's own. */
  readonly isAgent: boolean;
  readonly dispatcher: Dispatcher;
}

/** One entry of the answer: the vendor's keys, and what the agent found on the way to the registry. */
export type SystemCheckEntry = Readonly<Record<string, unknown>> & { readonly ok: boolean };

/** Calls the validation address once for each credential; every one of them decides. Callers at once share one run. */
export function createSystemCheck(options: SystemCheckOptions): () => Promise<readonly SystemCheckEntry[]> {
  const { settings, registry } = options;
  let running: Promise<readonly SystemCheckEntry[]> | undefined;
  const run = async (): Promise<readonly SystemCheckEntry[]> => {
    const validation = describeValidation(options);
    const credentials = checkCredentials(settings, registry);
    return Promise.all((credentials.length > 0 ? credentials : [undefined]).map((one) => checkOne(validation, one)));
  };
  return () => {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
}

function describeValidation({ settings, variables, own, version, dispatcher }: SystemCheckOptions): Validation {
  const named = settings.BROKER_CLIENT_VALIDATION_URL;
  const agent = parseOrigin(settings.CR_AGENT_URL);
  const address = named ?? `${settings.CR_AGENT_URL.replace(/\/$/, "")}/systemcheck`;
  const url = parseOrigin(variables.expand(address));
  const isAgent = url.origin === agent.origin;
  return {
    url,
    isAgent,
    shownUrl: address.replace(settings.CR_AGENT_URL, placeholder("CR_AGENT_URL")),
    method: settings.BROKER_CLIENT_VALIDATION_METHOD.toUpperCase(),
    timeoutMs: settings.BROKER_CLIENT_VALIDATION_TIMEOUT_MS,
    headers: {
      "user-agent": `Snyk Broker Client ${version}`,
      // Another address than the agent's own gets nothing of ours.
      ...(isAgent && ownHeaders(own)),
    },
    isJsonRequired: !settings.BROKER_CLIENT_VALIDATION_JSON_DISABLED,
    dispatcher,
  };
}

async function checkOne(options: Validation, credential: Secret | undefined): Promise<SystemCheckEntry> {
  const common = {
    brokerClientValidationUrl: options.shownUrl,
    brokerClientValidationMethod: options.method,
    brokerClientValidationTimeoutMs: options.timeoutMs,
  };
  const maskedCredentials = credential ? mask(credential.reveal()) : null;
  try {
    const { status, body, isJson } = await callValidation(options, credential);
    const chain = readReport(body);
    const error = reasonOf(status, isJson && options.isJsonRequired ? body : undefined);
    return {
      ...common,
      brokerClientValidationUrlStatusCode: status,
      ok: error === undefined,
      ...(error && { error }),
      maskedCredentials,
      ...chain,
    };
  } catch (error) {
    const chain = options.isAgent && { client: { ok: true }, agent: { ok: false, ...agentError(error).toProblem() } };
    return { ...common, ok: false, error: explain(error, options.timeoutMs), maskedCredentials, ...chain };
  }
}

async function callValidation(
  options: Validation,
  credential: Secret | undefined,
): Promise<{ status: number; body: string; isJson: boolean }> {
  const { url, method, headers, dispatcher, timeoutMs } = options;
  const answer = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: method as Dispatcher.HttpMethod,
    headers: { ...headers, ...(credential && { authorization: credential.reveal() }) },
    signal: AbortSignal.timeout(timeoutMs),
  });
  let body = "";
  for await (const chunk of answer.body) {
    body += String(chunk);
    if (body.length > MAX_BODY_BYTES) throw new BrokerError("PAYLOAD_TOO_LARGE", "the answer is too long");
  }
  const isJson = String(answer.headers["content-type"] ?? "").includes("json");
  return { status: answer.statusCode, body, isJson };
}

/** `json` is the body where it calls itself JSON and that matters. */
function reasonOf(status: number, json: string | undefined): string | undefined {
  if (status === 401 || status === 403) return "Failed due to invalid credentials";
  if (status < 200 || status > 299) return "Status code is not 2xx";
  return json !== undefined && parseJson(json) === undefined ? "The answer calls itself JSON and is not" : undefined;
}

/** The agent's report on the steps to the registry, when that is what answered. */
function readReport(body: string): Record<string, unknown> {
  const report = checkReportSchema.safeParse(parseJson(body));
  return report.success ? { client: { ok: true }, agent: { ok: true }, registry: report.data } : {};
}

function explain(error: unknown, timeoutMs: number): unknown {
  if (error instanceof Error && error.name === "TimeoutError") return `No answer within ${timeoutMs} ms`;
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : "The call failed";
  return code === undefined ? message : { code, message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text after the first blank, its ends only (protocol 2.5). */
export function mask(credential: string): string {
  const text = credential.includes(" ") ? credential.slice(credential.indexOf(" ") + 1) : credential;
  return text.length <= 6 ? "***" : `${text.slice(0, 3)}***${text.slice(-3)}`;
}
