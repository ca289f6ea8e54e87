import { errorKind, isErrorCode } from "@tidewaiter/runtime";

/** What is to be done after a callback. */
export type CallbackAnswer =
  | { readonly kind: "taken"; readonly status: number }
  | { readonly kind: "retry"; readonly status?: number; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly kind: "refused"; readonly status?: number; readonly reason: string };

/** Statuses that no repetition changes, whoever answers. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 405, 409, 410, 411, 413, 414, 415, 422, 431]);
/** Codes that stand for the way to the server and not for its verdict; somebody may mend them while the result waits. */
const CODES_OF_THE_WAY: ReadonlySet<string> = new Set([
  "FILTER_BLOCKED",
  "UNAUTHENTICATED",
  "SUBSTITUTION_REFUSED",
  "FRAME_INVALID",
]);
/** Verdicts of our server on the scan itself. */
const FINAL_OWN_STATUSES: ReadonlySet<number> = new Set([403, 404]);

/** Reads the answer of broker client or server: pure. */
export function readAnswer(status: number, body: string, retryAfterMs?: number): CallbackAnswer {
  if (status >= 200 && status < 300) return { kind: "taken", status };
  const code = codeOf(body);
  const reason = code ? `answered ${status} ${code}` : `answered ${status}`;
  const isOwnVerdict =
    code !== undefined && isErrorCode(code) && !errorKind(code).retryable && FINAL_OWN_STATUSES.has(status);
  const isFinal = (FINAL_STATUSES.has(status) || isOwnVerdict) && !CODES_OF_THE_WAY.has(code ?? "");
  return isFinal ? { kind: "refused", status, reason } : { kind: "retry", status, reason, retryAfterMs };
}

/** `{code}` as the vendor's routes answer, or `{error: {code}}` as ours do. */
function codeOf(body: string): string | undefined {
  try {
    const json: unknown = JSON.parse(body);
    const holder = isObject(json) && isObject(json.error) ? json.error : json;
    return isObject(holder) && typeof holder.code === "string" ? holder.code.slice(0, 64) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
