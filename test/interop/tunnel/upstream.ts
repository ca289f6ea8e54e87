import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What an upstream saw of a request, as `/echo` answers it. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly size: number;
  readonly sha256: string;
  readonly text: string;
}

/** Stands for the agent behind the client, or the API behind the server. */
export interface Upstream {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Requests that came, oldest first. */
  readonly seen: Echo[];
  /** Callers that went away before they were answered. */
  readonly abandoned: string[];
  close(): Promise<void>;
}

export const UNICODE = "naïve – 日本語 – 🚢 – \u0000\u0001";
export const BINARY = Buffer.from(Array.from({ length: 1024 }, (_item, index) => index % 256));

export async function startUpstream(port = 0): Promise<Upstream> {
  const seen: Echo[] = [];
  const abandoned: string[] = [];
  const server = createServer((req, res) => {
    res.once("close", () => !res.writableFinished && abandoned.push(req.url ?? ""));
    answer(req, res, seen).catch(() => res.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    server,
    seen,
    abandoned,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(req: IncomingMessage, res: ServerResponse, seen: Echo[]): Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? "/", "http://upstream");
  const [, kind = "", value = ""] = /^\/(?:list\/)?([\w-]+)\/?([^/]*)/.exec(pathname) ?? [];
  const echo = await readEcho(req, searchParams.get("slow") !== null);
  seen.push(echo);
  const size = Number(value);
  if (kind === "bytes") res.setHeader("content-length", size).end(Buffer.alloc(size, "b"));
  else if (kind === "chunked") await writeChunks(res, size);
  else if (kind === "status")
    res.writeHead(size, { "x-status": value, "set-cookie": ["a=1", "b=2"] }).end(`status ${value}`);
  else if (kind === "unicode") res.setHeader("content-type", "text/plain; charset=utf-8").end(UNICODE);
  else if (kind === "binary") res.setHeader("content-type", "application/octet-stream").end(BINARY);
  else if (kind === "hang") return;
  else if (kind === "reset") res.destroy();
  else if (kind === "validate") res.writeHead(req.headers.authorization === "bad" ? 401 : 200).end("{}");
  else res.setHeader("content-type", "application/json").end(JSON.stringify(echo));
}

async function readEcho(req: IncomingMessage, isSlow: boolean): Promise<Echo> {
  const hash = createHash("sha256");
  let size = 0;
  let text = "";
  for await (const chunk of req) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (text.length < 100_000) text += (chunk as Buffer).toString("utf8");
    if (isSlow) await delay(1);
  }
  const headers = Object.fromEntries(Object.entries(req.headers).map(([name, value]) => [name, String(value)]));
  return { method: req.method ?? "", url: req.url ?? "", headers, size, sha256: hash.digest("hex"), text };
}

async function writeChunks(res: ServerResponse, size: number): Promise<void> {
  for (let sent = 0; sent < size; sent += 65_536) {
    const isRoom = res.write(Buffer.alloc(Math.min(65_536, size - sent), "c"));
    if (!isRoom) await once(res, "drain");
  }
  res.end();
}
