import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { Server as EngineServer, type Socket } from "engine.io";
import { type Admission, admit } from "./admission.ts";
import { type Carrier, sessionCarrier } from "./carrier.ts";
import { takeListeners } from "./listeners.ts";
import type { TunnelSettings } from "./settings.ts";
import { createStraightSockets } from "./straight-sockets.ts";

export interface EndpointOptions {
  readonly settings: TunnelSettings;
  /** The connection of a token; undefined refuses the handshake. */
  readonly findConnection: (token: string) => Promise<string | undefined>;
  /** The id of a new session. */
  readonly newSessionId: () => string;
  readonly onCarrier: (carrier: Carrier, admission: Admission) => void;
  readonly onRefused: (reason: string, address: string | undefined) => void;
}

export interface Endpoint {
  attach(server: Server): void;
  close(): void;
}

/**
 * What listens under `/primus/<token>/`: WebSockets that are dialled straight, and engine.io for clients that begin with
 * polling; only known tokens get in.
 */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const { newSessionId, onCarrier } = options;
  const admitKnown = async (request: IncomingMessage): Promise<Admission | undefined> => {
    const admission = await admit(request, options.findConnection);
    if (!admission) options.onRefused("unknown token", request.socket.remoteAddress);
    return admission;
  };
  const engine = createEngine(options, admitKnown);
  const straight = createStraightSockets({ settings: options.settings, admit: admitKnown, newSessionId, onCarrier });
  return {
    attach(server) {
      // Streams of any length pass here: Node's limit on the time to receive a request would cut them.
      server.requestTimeout = 0;
      engine.attach(server, { path: "/primus" });
      const behind = takeListeners(server, "upgrade");
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (straight.takes(request)) void straight.open(request, socket, head);
        else for (const listener of behind) listener.call(server, request, socket, head);
      });
    },
    close() {
      straight.close();
      engine.close();
    },
  };
}

function createEngine(
  { settings, newSessionId, onCarrier }: EndpointOptions,
  admitKnown: (request: IncomingMessage) => Promise<Admission | undefined>,
): EngineServer {
  const admissions = new WeakMap<IncomingMessage, Admission>();
  const engine = new EngineServer({
    pingInterval: settings.SOCKET_PING_INTERVAL,
    pingTimeout: settings.SOCKET_PING_TIMEOUT,
    maxHttpBufferSize: settings.SOCKET_MAX_RESPONSE_LENGTH,
    transports: ["polling", "websocket"],
    httpCompression: false,
    allowEIO3: true,
    allowRequest: (request, decide) => {
      admitKnown(request).then(
        (admission) => {
          if (admission) admissions.set(request, admission);
          decide(admission ? null : "unknown token", admission !== undefined);
        },
        () => decide("not ready", false),
      );
    },
  });
  engine.generateId = newSessionId;
  engine.on("connection", (socket: Socket) => {
    const admission = admissions.get(socket.request);
    if (admission) onCarrier(sessionCarrier(socket), admission);
    else socket.close(true);
  });
  return engine;
}
