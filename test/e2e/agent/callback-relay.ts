import { listen } from "@tidewaiter/runtime";

/** Stands between agent and broker client, so that a test sees callbacks and can act around them. */
export interface CallbackRelay {
  readonly url: string;
  /** Port of the client that callbacks go on to. */
  target: number;
  /** Bodies of results by scan: how often each was sent. */
  readonly sent: ReadonlyMap<string, number>;
  /** Awaited when a callback has come in, before it goes on. */
  onSent: (path: string) => Promise<void>;
  /** Called when the answer has left. */
  onAnswered: (path: string) => void;
  close(): Promise<void>;
}

/** Passes callbacks on to the client, also those whose sender has died meanwhile, as a network would. */
export async function startCallbackRelay(): Promise<CallbackRelay> {
  const sent = new Map<string, number>();
  const listener = await listen(
    (req, res) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of req) chunks.push(chunk as Buffer);
        const path = req.url ?? "";
        if (path.endsWith("/result")) count(sent, String(req.headers["idempotency-key"]));
        await relay.onSent(path);
        const headers = Object.entries(req.headers).filter(
          ([name]) => !/^(host|connection|content-length)$/.test(name),
        );
        const answer = await fetch(`http://127.0.0.1:${relay.target}${path}`, {
          method: "POST",
          headers: headers as [string, string][],
          body: Buffer.concat(chunks),
        });
        res.writeHead(answer.status, { "content-type": "application/json" });
        res.end(Buffer.from(await answer.arrayBuffer()), () => relay.onAnswered(path));
      })().catch(() => res.destroy());
    },
    { port: 0, host: "127.0.0.1" },
  );
  const relay: CallbackRelay = {
    url: listener.url,
    target: 0,
    sent,
    onSent: async () => {},
    onAnswered: () => {},
    close: () => listener.close(0),
  };
  return relay;
}

function count(sent: Map<string, number>, key: string): void {
  sent.set(key, (sent.get(key) ?? 0) + 1);
}
