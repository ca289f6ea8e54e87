import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Admission } from "./admission.ts";
import type { Carrier } from "./carrier.ts";
import type { TunnelSettings } from "./settings.ts";
import { StraightSocket } from "./straight-socket.ts";

export interface StraightSocketsOptions {
  readonly settings: TunnelSettings;
  /** Undefined for a handshake without a known token. */
  readonly admit: (request: IncomingMessage) => Promise<Admission | undefined>;
  readonly newSessionId: () => string;
  readonly onCarrier: (carrier: Carrier, admission: Admission) => void;
}

/** Tunnels whose client asks for a WebSocket at once, as ours do. */
export interface StraightSockets {
  /** Whether an upgrade is such a dial, and not the next step of a session that began with polling. */
  takes(request: IncomingMessage): boolean;
  open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): void;
}

const MAX_BEAT_MS = 1_000;
const MIN_BEAT_MS = 20;
const REFUSAL = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

export function createStraightSockets(options: StraightSocketsOptions): StraightSockets {
  const { settings, admit, newSessionId, onCarrier } = options;
  const pingIntervalMs = settings.SOCKET_PING_INTERVAL;
  const pingTimeoutMs = settings.SOCKET_PING_TIMEOUT;
  const open = new Set<StraightSocket>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: settings.SOCKET_MAX_RESPONSE_LENGTH,
  });
  // One timer for all of them: a timer for each is memory that ten thousand idle tunnels feel.
  const beatMs = Math.min(MAX_BEAT_MS, Math.max(MIN_BEAT_MS, Math.min(pingIntervalMs, pingTimeoutMs) / 5));
  const timer = setInterval(() => {
    const now = Date.now();
    for (const socket of open) socket.beat(now);
  }, beatMs).unref();

  function accept(request: IncomingMessage, socket: Duplex, head: Buffer, admission: Admission): void {
    const address = request.socket.remoteAddress ?? "";
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const carrier = new StraightSocket(webSocket, address, { pingIntervalMs, pingTimeoutMs });
      open.add(carrier);
      webSocket.once("close", () => open.delete(carrier));
      const maxPayload = settings.SOCKET_MAX_RESPONSE_LENGTH;
      const times = { pingInterval: pingIntervalMs, pingTimeout: pingTimeoutMs };
      carrier.open({ sid: newSessionId(), upgrades: [], ...times, maxPayload });
      onCarrier(carrier, admission);
    });
  }

  return {
    takes: ({ url = "" }) => isStraightDial(url),
    async open(request, socket, head) {
      const onError = (): void => void socket.destroy();
      socket.once("error", onError);
      const admission = await admit(request).catch(() => undefined);
      socket.off("error", onError);
      if (admission) accept(request, socket, head, admission);
      else socket.once("error", onError).end(REFUSAL);
    },
    close() {
      clearInterval(timer);
      server.close();
    },
  };
}

/** Older protocol versions put their packets otherwise: they stay with engine.io. */
function isStraightDial(url: string): boolean {
  const [path = "", query = ""] = url.split("?", 2);
  if (!path.startsWith("/primus/")) return false;
  const asked = new URLSearchParams(query);
  return asked.get("transport") === "websocket" && asked.get("EIO") === "4" && !asked.has("sid");
}
