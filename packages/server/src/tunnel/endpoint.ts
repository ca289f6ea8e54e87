import type { IncomingMessage, Server } from "node:http";
import { Secret } from "@tidewaiter/runtime";
import { Server as EngineServer, type Socket } from "engine.io";
import type { TunnelSettings } from "./settings.ts";
import { presentedToken, tokenHash } from "./token.ts";

/** A handshake that proved its token. */
export interface Admission {
  readonly connectionId: string;
  readonly token: Secret;
  readonly tokenHash: string;
  readonly clientId: string | undefined;
}

export interface EndpointOptions {
  readonly settings: TunnelSettings;
  /** The connection of a token; undefined refuses the handshake. */
  readonly findConnection: (token: string) => Promise<string | undefined>;
  /** The id of a new session. */
  readonly newSessionId: () => string;
  readonly onSocket: (socket: Socket, admission: Admission) => void;
  readonly onRefused: (reason: string, address: string | undefined) => void;
}

export interface Endpoint {
  attach(server: Server): void;
  close(): void;
}

const SEGMENT = /^\/primus\/([^/?]{1,128})/;

/** The engine.io server under `/primus/<token>/`: polling, upgrade, straight WebSocket; only known tokens get in. */
export function createEndpoint(options: EndpointOptions): Endpoint {
  const { settings, onSocket, onRefused } = options;
  const admissions = new WeakMap<IncomingMessage, Admission>();
  const engine = new EngineServer({
    pingInterval: settings.SOCKET_PING_INTERVAL,
    pingTimeout: settings.SOCKET_PING_TIMEOUT,
    maxHttpBufferSize: settings.SOCKET_MAX_RESPONSE_LENGTH,
    transports: ["polling", "websocket"],
    httpCompression: false,
    allowEIO3: true,
    allowRequest: (request, decide) => {
      admit(request, options).then(
        (admission) => {
          if (admission) admissions.set(request, admission);
          else onRefused("unknown token", request.socket.remoteAddress);
          decide(admission ? null : "unknown token", admission !== undefined);
        },
        () => decide("not ready", false),
      );
    },
  });
  engine.generateId = options.newSessionId;
  engine.on("connection", (socket: Socket) => {
    const admission = admissions.get(socket.request);
    if (admission) onSocket(socket, admission);
    else socket.close(true);
  });
  return {
    attach(server) {
      // Streams of any length pass here: Node's limit on the time to receive a request would cut them.
      server.requestTimeout = 0;
      engine.attach(server, { path: "/primus" });
    },
    close: () => void engine.close(),
  };
}

async function admit(request: IncomingMessage, { findConnection }: EndpointOptions): Promise<Admission | undefined> {
  const segment = SEGMENT.exec(request.url ?? "")?.[1];
  const token = segment && presentedToken(segment, request.headers.authorization);
  if (!token) return undefined;
  const connectionId = await findConnection(token);
  const clientId = request.headers["x-snyk-broker-client-id"];
  if (connectionId === undefined) return undefined;
  return {
    connectionId,
    token: new Secret(token),
    tokenHash: tokenHash(token),
    clientId: typeof clientId === "string" ? clientId : undefined,
  };
}
