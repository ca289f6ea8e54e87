const WANTED = "x-broker-content-type";
const FORM = "application/x-www-form-urlencoded";

/**
 * Turns a JSON object into a form when the server asks for that (protocol 1.8), and says so in the headers. Anything
 * else passes as it is.
 */
export function asForm(headers: Record<string, string | string[]>, body: Buffer): Buffer {
  if (headers[WANTED] !== FORM) return body;
  const fields = parseObject(body);
  if (!fields) return body;
  headers["content-type"] = FORM;
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.append(name, textOf(value));
  return Buffer.from(form.toString());
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
