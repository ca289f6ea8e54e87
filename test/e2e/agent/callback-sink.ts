import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export interface ReceivedCallback {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly at: number;
}

/** Stands where the broker client is: takes callbacks and answers as the test wants. */
export interface CallbackSink {
  readonly url: string;
  readonly port: number;
  readonly received: ReceivedCallback[];
  /** Status of the next answers, by callback; 200 at first. A promise holds the answer back. */
  answer: (callback: ReceivedCallback) => Promise<number> | number;
  /** Resolves with the first callback, present or coming, that the condition is true of. */
  until(condition: (callback: ReceivedCallback) => boolean): Promise<ReceivedCallback>;
  close(): Promise<void>;
}

export async function startCallbackSink(port = 0): Promise<CallbackSink> {
  const waiters = new Set<() => void>();
  const received: ReceivedCallback[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const text = req.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
    const callback = { path: req.url ?? "", body: JSON.parse(text.toString()), headers: req.headers, at: Date.now() };
    received.push(callback);
    const status = await sink.answer(callback);
    res.writeHead(status, { "content-type": "application/json" }).end("{}");
    for (const wake of waiters) wake();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const { port: actual } = server.address() as AddressInfo;
  const sink: CallbackSink = {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    received,
    answer: () => 200,
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = received.find(condition);
          if (!found) return;
          waiters.delete(look);
          resolve(found);
        };
        waiters.add(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return sink;
}
