import type { ServerResponse } from "node:http";
import { BrokerError, sendJson } from "@tidewaiter/runtime";

/** Does the work of a route; an absent client is answered as the vendor's server does (protocol 1.9). */
export async function answeringAbsence(res: ServerResponse, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof BrokerError) || res.headersSent) throw error;
    if (error.code === "NO_CONNECTION") sendJson(res, 404, { ok: false }, { "x-broker-failure": "no-connection" });
    else if (error.code === "TUNNEL_DOWN") {
      sendJson(res, 503, { ok: false }, { "x-broker-failure": "connection-not-ready", "retry-after": "1" });
    } else throw error;
  }
}

export function noConnection(): BrokerError {
  return new BrokerError("NO_CONNECTION", "no broker client with this token is connected");
}
