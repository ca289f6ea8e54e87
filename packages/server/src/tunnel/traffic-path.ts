import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Says that a request comes from another server on the same store, which has to be judged before it is answered; never goes on
 * to a broker client.
 */
export const PROOF_HEADER = "x-tidewaiter-peer";

/** A path after its first segment: whose tunnel, and what follows it up to the end of the url. */
export interface TrafficPath {
  /** As it stands there: the token, or between ends of ours its hash. */
  readonly token: string;
  /** SHA-256 of the token, either way. */
  readonly hash: string;
  readonly rest: string;
}

export type TrafficHandler = (req: IncomingMessage, res: ServerResponse, path: TrafficPath) => Promise<void>;

/** The segment behind the token, without query: the name of an exchange. Empty when it cannot be read. */
export function exchangeKey({ rest }: TrafficPath): string {
  const [segment = ""] = rest.slice(1).split(/[?/]/, 1);
  return /^[\w.~-]{1,128}$/.test(segment) ? segment : "";
}

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}
