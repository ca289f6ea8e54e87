import { Secret } from "./secret.ts";

const SECRET_KEY = /pass(word|phrase)?$|secret|token$|credential|authorization|cookie|api-?key|private-?key|^jwt$/i;
const AUTH_SCHEME = /\b(authorization["']?\s*[:=]\s*["']?)(?:(basic|bearer|token)\s+)?[\w+/=.~-]{4,}/gi;
const URL_USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']*(?::[^\s/@"']*)?@/gi;
const SIGNED_QUERY =
  /([?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|sig|Signature|access_token|token)=)[^&\s"']+/gi;
const MIN_SECRET_LENGTH = 4;

/** Takes secrets out of text and log fields: known values, keys that name secrets, and shapes that carry them. */
export interface Redactor {
  /** Remembers a value; also in its base64 and URL-encoded forms. Values under four characters are left alone. */
  add(...secrets: readonly (Secret | string | undefined)[]): void;
  text(text: string): string;
  /** A copy of log fields without secrets; depth and length are bounded. */
  fields(value: unknown): unknown;
}

export function createRedactor(): Redactor {
  const known = new Set<string>();
  const text = (input: string): string => {
    let output = input;
    for (const value of known) if (output.includes(value)) output = output.replaceAll(value, "[redacted]");
    return output
      .replace(AUTH_SCHEME, "$1[redacted]")
      .replace(URL_USERINFO, "$1[redacted]@")
      .replace(SIGNED_QUERY, "$1[redacted]");
  };
  return {
    add(...secrets) {
      for (const secret of secrets) {
        const value = secret instanceof Secret ? secret.reveal() : secret;
        if (value && value.length >= MIN_SECRET_LENGTH) for (const form of forms(value)) known.add(form);
      }
    },
    text,
    fields: (value) => redactValue(value, text, 0),
  };
}

function forms(value: string): string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  return [value, escaped, Buffer.from(value).toString("base64"), encodeURIComponent(value)];
}

function redactValue(value: unknown, text: (input: string) => string, depth: number): unknown {
  if (typeof value === "string") return text(value);
  if (value instanceof Secret) return value.toString();
  if (value === null || typeof value !== "object") return value;
  if (depth > 6) return "[deep]";
  if (value instanceof Error) return redactError(value, text, depth);
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redactValue(item, text, depth + 1));
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    SECRET_KEY.test(key) && item !== undefined && typeof item !== "boolean"
      ? "[redacted]"
      : redactValue(item, text, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

function redactError(error: Error, text: (input: string) => string, depth: number): unknown {
  const code = "code" in error ? String(error.code) : undefined;
  const cause = error.cause === undefined ? undefined : redactValue(error.cause, text, depth + 1);
  return { name: error.name, code, message: text(error.message), stack: error.stack && text(error.stack), cause };
}
