import { BrokerError, type ErrorCode, parseRetryAfter, printableLine } from "@tidewaiter/runtime";
import { peekBody } from "./read-body.ts";
import type { HttpAnswer } from "./transport.ts";

/** What was asked for; decides what a 404 means. */
export interface Asked {
  readonly kind: "ping" | "catalog" | "tags" | "manifest" | "blob" | "token" | "api" | "referrers";
  /** For people: `library/alpine:3.20`. */
  readonly name: string;
}

/** An answer that was no success. */
export class AnswerError extends BrokerError {
  readonly httpStatus: number;

  constructor(httpStatus: number, ...rest: ConstructorParameters<typeof BrokerError>) {
    super(...rest);
    this.httpStatus = httpStatus;
  }
}

const RETRYABLE = new Set([408, 425, 500, 502, 503, 504]);
const MISSING: Readonly<Record<Asked["kind"], ErrorCode>> = {
  ping: "REGISTRY_PROTOCOL",
  catalog: "CATALOG_UNSUPPORTED",
  tags: "MANIFEST_UNKNOWN",
  manifest: "MANIFEST_UNKNOWN",
  blob: "BLOB_UNKNOWN",
  token: "REGISTRY_PROTOCOL",
  api: "NOT_FOUND",
  referrers: "NOT_FOUND",
};
/** Advice when a web page answers in a registry's place. */
export const WRONG_SHAPE = {
  likely: "the address leads to a web page and not to a registry: a user interface's port, or a wrong path",
  action: "check the port and the path of CR_BASE; on Nexus use the connector's port or /repository/<name>",
};

/** An answer that is no success as an error with a code. Reads at most `maxBytes` of the body; `scrub` takes secrets out. */
export async function answerError(
  answer: HttpAnswer,
  asked: Asked,
  maxBytes: number,
  scrub: (text: string) => string,
): Promise<AnswerError> {
  const text = (await peekBody(answer, maxBytes)).toString("utf8");
  const said = readProblem(text, answer.header("content-type") ?? "");
  const code = codeOf(answer, asked, said);
  const detail = [said.code, said.message].filter(Boolean).join(": ");
  const quote = detail ? `: ${printableLine(scrub(detail)).slice(0, 300)}` : "";
  const message = `${asked.name}: ${answer.url.host} answered ${answer.status}${quote}`;
  const retryAfterMs = retryAfterOf(answer, code);
  return new AnswerError(answer.status, code, message, { retryAfterMs, ...adviceFor(answer, said) });
}

/** The errors that some front ends send under the status of success, as an error; undefined for any other document. */
export function errorInside(json: unknown, { url }: HttpAnswer, asked: Asked): BrokerError | undefined {
  const first = isObject(json) && Array.isArray(json.errors) ? json.errors[0] : undefined;
  if (!isObject(first)) return undefined;
  const said = typeof first.code === "string" ? printableLine(first.code).slice(0, 64) : "an error";
  const code = said === "TOOMANYREQUESTS" ? "REGISTRY_RATE_LIMITED" : "REGISTRY_PROTOCOL";
  return new BrokerError(code, `${asked.name}: ${url.host} answered ${said} as if it were a success`);
}

interface Said {
  readonly code?: string;
  readonly message?: string;
  readonly isWebPage: boolean;
}

function codeOf(answer: HttpAnswer, asked: Asked, said: Said): ErrorCode {
  const { status } = answer;
  const isLimited = said.code === "TOOMANYREQUESTS" || (status === 403 && isQuotaSpent(answer));
  if (status === 429 || isLimited) return "REGISTRY_RATE_LIMITED";
  if (RETRYABLE.has(status)) return "REGISTRY_UNAVAILABLE";
  if (status === 401) return "REGISTRY_UNAUTHORIZED";
  if (status === 403 || status === 412) return "REGISTRY_FORBIDDEN";
  if (status === 407) return "REGISTRY_UNREACHABLE";
  if (said.isWebPage && asked.kind !== "api" && asked.kind !== "catalog") return "REGISTRY_PROTOCOL";
  if (status === 404 || status === 410) return MISSING[asked.kind];
  if ((status === 405 || status === 501) && asked.kind === "catalog") return "CATALOG_UNSUPPORTED";
  return "REGISTRY_PROTOCOL";
}

/** GitHub says 403 where others say 429. */
function isQuotaSpent(answer: HttpAnswer): boolean {
  return answer.header("x-ratelimit-remaining") === "0" || answer.header("retry-after") !== undefined;
}

function retryAfterOf(answer: HttpAnswer, code: ErrorCode): number | undefined {
  const asked = parseRetryAfter(answer.header("retry-after"));
  if (asked !== undefined) return asked;
  const reset = Number(answer.header("x-ratelimit-reset"));
  if (code !== "REGISTRY_RATE_LIMITED" || !Number.isFinite(reset) || reset <= 0) return undefined;
  // A small number counts seconds, a large one is a time.
  return reset > 1e9 ? Math.max(0, reset * 1000 - Date.now()) : reset * 1000;
}

function adviceFor(answer: HttpAnswer, said: Said): { likely?: string; action?: string } {
  if (answer.status === 407) {
    return {
      likely: "the proxy demands a user name and password",
      action: "give them in PROXY_AUTH or in HTTPS_PROXY",
    };
  }
  if (
    answer.status === 400 &&
    /HTTP request to an HTTPS server|plain HTTP request was sent/i.test(said.message ?? "")
  ) {
    return { likely: "the port speaks TLS and was called without it", action: "leave TIDEWAITER_CR_PLAIN_HTTP unset" };
  }
  if (answer.status === 412) {
    return { likely: "a policy of the registry holds this image back", action: "look at the project's policies" };
  }
  return said.isWebPage ? WRONG_SHAPE : {};
}

/** Error bodies come in many forms (reference, 3.6): the specification's list, single fields, XML, web pages, plain text. */
function readProblem(text: string, contentType: string): Said {
  const isWebPage = /text\/html/i.test(contentType) || /^\s*<(!doctype html|html)/i.test(text);
  if (isWebPage) return { message: "a web page", isWebPage };
  const json = parse(text);
  if (json === undefined) {
    const xml = /<Message>([^<]{1,300})/.exec(text)?.[1];
    return { message: xml ?? (text.trimStart().startsWith("<") ? undefined : text.trim() || undefined), isWebPage };
  }
  const first = Array.isArray(json.errors) ? json.errors[0] : undefined;
  const source = isObject(first) ? first : json;
  const code = [source.code, source.error].find((value) => typeof value === "string");
  const message = [source.message, source.error_description, source.detail, source.details].find(
    (value) => typeof value === "string" && value !== code,
  );
  return { code: code as string | undefined, message: message as string | undefined, isWebPage };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : {};
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
