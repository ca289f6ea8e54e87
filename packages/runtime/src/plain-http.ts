import type { ServerResponse } from "node:http";
import type { BrokerError } from "./errors.ts";

type Headers = Readonly<Record<string, string | string[]>>;

/** Up to here a body is written in one piece with its head: one system call instead of two. */
const JOINED_BYTES = 16 * 1024;

/** Answers with JSON where no framework stands between: routes that carry much traffic. */
export function sendJson(res: ServerResponse, status: number, body: unknown, headers: Headers = {}): void {
  const bytes = Buffer.from(JSON.stringify(body));
  sendBytes(res, status, { "content-type": "application/json; charset=utf-8", ...headers }, bytes);
}

/** Answers with a whole body; its length is told, except to HEAD, which wants the length that GET would bring. */
export function sendBytes(res: ServerResponse, status: number, headers: Headers, body: Buffer): void {
  const isHead = res.req.method === "HEAD";
  const hasLength = !isHead && status !== 204 && status !== 304;
  res.writeHead(status, hasLength ? { ...headers, "content-length": String(body.length) } : { ...headers });
  if (body.length <= JOINED_BYTES) res.end(body.toString("latin1"), "latin1");
  else res.end(body);
}

/** Answers with an error of the table in the vendor's shape, `{code, message, …}`, and when to try again. */
export function sendProblem(res: ServerResponse, error: BrokerError): void {
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined) res.setHeader("retry-after", Math.ceil(retryAfterMs / 1_000));
  sendJson(res, error.status, error.toProblem());
}
