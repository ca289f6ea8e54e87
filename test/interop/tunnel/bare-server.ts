import { once } from "node:events";
import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";

/** A server of which a test decides every word: it only opens connections and keeps what it hears. */
export interface BareServer {
  readonly url: string;
  /** Events of the client, oldest first: name and arguments. */
  readonly heard: unknown[][];
  readonly sockets: ReadonlyMap<string, WebSocket>;
  /** Sends a request down one of the connections. */
  ask(role: string, request: Readonly<Record<string, unknown>>): void;
  stop(): Promise<void>;
}

export async function startBareServer(capabilities: readonly string[] = []): Promise<BareServer> {
  const heard: unknown[][] = [];
  const sockets = new Map<string, WebSocket>();
  const http = createServer((_req, res) => void res.end("{}")).listen(0, "127.0.0.1");
  await once(http, "listening");
  const server = new WebSocketServer({ server: http });
  server.on("connection", (socket, req) => {
    const role = new URL(req.url ?? "", "http://x").searchParams.get("connection_role") ?? "";
    sockets.set(role, socket);
    socket.on("message", (data) => {
      const message: unknown = JSON.parse(String(data).slice(1));
      if (message !== null && typeof message === "object" && "data" in message) heard.push(message.data as unknown[]);
    });
    socket.send('0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}');
    socket.send(`4${JSON.stringify({ type: 0, data: ["identify", { capabilities }] })}`);
  });
  const address = http.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    heard,
    sockets,
    ask: (role, request) => sockets.get(role)?.send(`4${JSON.stringify({ type: 0, data: ["request", request] })}`),
    async stop() {
      for (const socket of server.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}
