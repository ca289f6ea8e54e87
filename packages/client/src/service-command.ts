import { type ExchangeResponse, parseRequest } from "@tidewaiter/tunnel";

/** The vendor's answers to `service` events in classic mode (protocol 1.9). */
export function answerService(value: unknown): ExchangeResponse {
  const { url, requestId } = parseRequest(value);
  const { status, body } = outcome(url);
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "snyk-request-id": requestId },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function outcome(url: string): { status: number; body: { ok: boolean; msg: string } } {
  if (url === "/filters/reload") return { status: 200, body: { ok: true, msg: "Filters reloaded." } };
  if (url !== "/config/reload") return { status: 400, body: { ok: false, msg: "Unknown service command." } };
  return { status: 501, body: { ok: false, msg: "Service command not available in classic broker." } };
}
