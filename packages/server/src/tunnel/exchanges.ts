import type { Readable } from "node:stream";
import { BrokerError } from "@tidewaiter/runtime";
import { createPendingAnswers, type PendingAnswers, type StreamHead, type WaitOptions } from "@tidewaiter/tunnel";
import type { ConnectedClient } from "./client-directory.ts";

/** The head of a response, and its body in memory or still flowing. */
export interface ExchangeAnswer {
  readonly head: StreamHead;
  readonly body: Buffer | Readable;
}

/** Requests that went down the tunnels and wait for their responses. */
export interface Exchanges {
  readonly size: number;
  wait(key: string, client: ConnectedClient, options: WaitOptions): Promise<ExchangeAnswer>;
  /** The client that a waiting exchange was sent to: a response counts only when it comes from there. */
  clientOf(key: string): ConnectedClient | undefined;
  answer(key: string, answer: ExchangeAnswer): boolean;
  fail(key: string, error: unknown): void;
  /** Fails all that wait for a client that went away. */
  lose(client: ConnectedClient): void;
}

export function createExchanges(limit: number): Exchanges {
  const pending: PendingAnswers<string, ExchangeAnswer> = createPendingAnswers(limit);
  const owners = new Map<string, ConnectedClient>();
  return {
    get size() {
      return pending.size;
    },
    async wait(key, client, options) {
      owners.set(key, client);
      try {
        return await pending.wait(key, options);
      } finally {
        owners.delete(key);
      }
    },
    clientOf: (key) => owners.get(key),
    answer: (key, answer) => pending.resolve(key, answer),
    fail: (key, error) => void pending.reject(key, error),
    lose(client) {
      for (const [key, owner] of owners) {
        if (owner === client) pending.reject(key, new BrokerError("EXCHANGE_LOST", "the broker client went away"));
      }
    },
  };
}
