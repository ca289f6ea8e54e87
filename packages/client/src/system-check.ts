import { checkReportSchema } from "@tidewaiter/contract";
import { BrokerError, type Secret, systemCode } from "@tidewaiter/runtime";
import type { Dispatcher } from "undici";

const MAX_BODY_BYTES = 1024 * 1024;

export interface SystemCheckOptions {
  readonly url: URL;
  /** As it is shown: the variable's name instead of its value. */
  readonly shownUrl: string;
  readonly method: string;
  readonly timeoutMs: number;
  /** Whole values of the authorization header; none means one check without. */
  readonly credentials: readonly Secret[];
  readonly headers: Readonly<Record<string, string>>;
  readonly isJsonRequired: boolean;
  readonly dispatcher: Dispatcher;
}

/** One entry of the answer: the vendor's keys, and what the agent found on the way to the registry. */
export type SystemCheckEntry = Readonly<Record<string, unknown>> & { readonly ok: boolean };

/** Calls the validation address once for each credential; every one of them decides. */
export async function runSystemCheck(options: SystemCheckOptions): Promise<readonly SystemCheckEntry[]> {
  const credentials = options.credentials.length > 0 ? options.credentials : [undefined];
  return Promise.all(credentials.map((credential) => checkOne(options, credential)));
}

async function checkOne(options: SystemCheckOptions, credential: Secret | undefined): Promise<SystemCheckEntry> {
  const common = {
    brokerClientValidationUrl: options.shownUrl,
    brokerClientValidationMethod: options.method,
    brokerClientValidationTimeoutMs: options.timeoutMs,
  };
  const maskedCredentials = credential ? mask(credential.reveal()) : null;
  try {
    const { status, body } = await callValidation(options, credential);
    const chain = readReport(body);
    const error = reasonOf(status, body, options.isJsonRequired);
    return {
      ...common,
      brokerClientValidationUrlStatusCode: status,
      ok: error === undefined,
      ...(error && { error }),
      maskedCredentials,
      ...chain,
    };
  } catch (error) {
    return { ...common, ok: false, error: explain(error, options.timeoutMs), maskedCredentials };
  }
}

async function callValidation(
  options: SystemCheckOptions,
  credential: Secret | undefined,
): Promise<{ status: number; body: string }> {
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
  return { status: answer.statusCode, body };
}

function reasonOf(status: number, body: string, isJsonRequired: boolean): string | undefined {
  if (status === 401 || status === 403) return "Failed due to invalid credentials";
  if (status < 200 || status > 299) return "Status code is not 2xx";
  return isJsonRequired && !isJson(body) ? "The answer is not JSON" : undefined;
}

/** The agent's report on the steps to the registry, when that is what answered. */
function readReport(body: string): Record<string, unknown> {
  if (!isJson(body)) return {};
  const report = checkReportSchema.safeParse(JSON.parse(body));
  return report.success ? { client: { ok: true }, agent: { ok: true }, registry: report.data } : {};
}

function explain(error: unknown, timeoutMs: number): unknown {
  if (error instanceof Error && error.name === "TimeoutError") return `No answer within ${timeoutMs} ms`;
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : "The call failed";
  return code === undefined ? message : { code, message };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text after the first blank, its ends only (protocol 2.5). */
export function mask(credential: string): string {
  const text = credential.includes(" ") ? credential.slice(credential.indexOf(" ") + 1) : credential;
  return text.length <= 6 ? "***" : `${text.slice(0, 3)}***${text.slice(-3)}`;
}
