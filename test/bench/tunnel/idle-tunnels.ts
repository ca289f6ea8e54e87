import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { startServer } from "../../interop/tunnel/pairs.ts";
import { freePort, isOk, waitFor } from "../../interop/tunnel/processes.ts";
import { rssMb } from "./process-figures.ts";

const CLIENTS_PER_TOKEN = 4;
const AT_ONCE = 100;

export interface IdleTunnels {
  readonly tunnels: number;
  readonly rssMb: number;
  readonly perSecond: number;
}

/** So many identified clients on one server of ours that all keep still: what they cost, and how fast they came in. */
export async function measureIdleTunnels(count: number): Promise<IdleTunnels> {
  const tokens = Array.from({ length: Math.ceil(count / CLIENTS_PER_TOKEN) }, () => randomUUID());
  const path = join(mkdtempSync(join(tmpdir(), "tidewaiter-bench-")), "tokens");
  writeFileSync(path, tokens.join(","));
  const port = await freePort();
  const env = { PORT: String(port), TIDEWAITER_BROKER_TOKENS_FILE: path, LOG_LEVEL: "error" };
  const server = startServer("ours", port, "", env);
  const sockets: WebSocket[] = [];
  try {
    await waitFor("the server", () => isOk(`${server.url}/healthcheck`));
    const begun = performance.now();
    for (let opened = 0; opened < count; opened += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, count - opened) }, (_item, index) =>
        openTunnel(server.url, tokens[Math.floor((opened + index) / CLIENTS_PER_TOKEN)] ?? ""),
      );
      sockets.push(...(await Promise.all(batch)));
    }
    const seconds = (performance.now() - begun) / 1_000;
    return { tunnels: sockets.length, rssMb: rssMb(server.child.pid ?? 0), perSecond: sockets.length / seconds };
  } finally {
    for (const socket of sockets) socket.terminate();
    await server.stop();
  }
}

/** Resolves when the server has identified itself and has our own identify. */
function openTunnel(serverUrl: string, token: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${serverUrl.replace("http", "ws")}/primus/${token}/?EIO=4&transport=websocket`);
    socket.once("error", reject);
    socket.on("message", (data) => {
      const text = String(data);
      if (text === "2") socket.send("3");
      if (!text.includes("identify")) return;
      const metadata = { version: "5.22.14", capabilities: ["post-streams"], clientId: randomUUID() };
      socket.send(`4${JSON.stringify({ type: 0, data: ["identify", { token, metadata }] })}`, () => resolve(socket));
    });
  });
}
