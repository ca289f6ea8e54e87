import { BrokerError } from "@tidewaiter/runtime";
import type { ForwardedResponse } from "./forwarder.ts";

/** An error as the response of an exchange. */
export function problemResponse(error: BrokerError): ForwardedResponse & { readonly body: Buffer } {
  return {
    status: error.status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: Buffer.from(JSON.stringify(error.toProblem())),
    errorType: error.code,
  };
}

/** What broke while a response was on its way, as an error of the table. */
export function toLost(error: unknown): BrokerError {
  return error instanceof BrokerError
    ? error
    : new BrokerError("EXCHANGE_LOST", "the response could not be sent", { cause: error });
}
