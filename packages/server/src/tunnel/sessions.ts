import { type Logger, systemClock } from "@tidewaiter/runtime";
import {
  type ClientIdentity,
  judgeVersion,
  parseClientIdentity,
  RECEIVE_POST_STREAMS,
  TIDEWAITER_STREAMS,
} from "@tidewaiter/tunnel";
import type { Admission } from "./admission.ts";
import type { Carrier } from "./carrier.ts";
import type { ClientDirectory, ConnectedClient } from "./client-directory.ts";
import { createInterned } from "./interned.ts";
import type { TunnelSettings } from "./settings.ts";
import { shortHash } from "./token.ts";
import { CarriedConnection, type TunnelConnection } from "./tunnel-connection.ts";

/** What the rest of the hub does with identified clients. */
export interface SessionHandlers {
  onIdentified(client: ConnectedClient, isFirstSocket: boolean): void;
  onGone(client: ConnectedClient, reason: string): void;
  onRequest(client: ConnectedClient, connection: TunnelConnection, request: unknown, ackId: number | undefined): void;
  onChunk(client: ConnectedClient, args: readonly unknown[]): void;
  onAck(connection: TunnelConnection, id: number, args: readonly unknown[]): void;
  onFrame(client: ConnectedClient, connection: TunnelConnection, bytes: Buffer): void;
  onSocketClosed(connection: TunnelConnection): void;
}

export interface Sessions {
  open(carrier: Carrier, admission: Admission): void;
  closeAll(): void;
}

/** Any message re-arms this timer of the protocol's server side; a silent client is closed (protocol 1.3). */
const SILENCE_FACTOR = 1.4;

/** Different rule files that are remembered, so that equal ones are kept once. */
const MAX_INTERNED = 64;

interface Session {
  readonly connection: TunnelConnection;
  client: ConnectedClient | undefined;
}

/** Sockets from their handshake to their end: identify, version cut-offs, silence, and who gets which event. */
export function createSessions(
  directory: ClientDirectory,
  settings: TunnelSettings,
  log: Logger,
  handlers: SessionHandlers,
): Sessions {
  const sessions = new Set<Session>();
  const internFilters = createInterned<unknown>(MAX_INTERNED);
  const silenceMs = settings.SOCKET_PING_INTERVAL * SILENCE_FACTOR;
  const sweep = setInterval(
    () => {
      for (const { connection } of sessions) {
        if (systemClock.now() - connection.lastSeenAt > silenceMs) connection.close();
      }
    },
    Math.max(50, settings.SOCKET_PING_INTERVAL / 5),
  );
  sweep.unref();
  return {
    open(carrier, admission) {
      const connection = new CarriedConnection(carrier, {
        onEvent: (name, args, ackId) => onEvent(session, admission, name, args, ackId),
        onAck: (id, args) => handlers.onAck(connection, id, args),
        onFrame: (bytes) => session.client && handlers.onFrame(session.client, connection, bytes),
        onFault: (error) =>
          log.warn("malformed message from a broker client", { tunnel: shortHash(admission.tokenHash), error }),
        onClose: (reason) => onClose(session, reason),
      });
      const session: Session = { connection, client: undefined };
      sessions.add(session);
      connection.sendEvent("identify", [{ capabilities: [RECEIVE_POST_STREAMS, TIDEWAITER_STREAMS] }]);
    },
    closeAll() {
      clearInterval(sweep);
      for (const { connection } of sessions) connection.close();
    },
  };

  function onEvent(
    session: Session,
    admission: Admission,
    name: string,
    args: readonly unknown[],
    ackId?: number,
  ): void {
    const { client, connection } = session;
    if (name === "identify") {
      if (!client) session.client = identify(connection, admission, parseClientIdentity(args[0]));
    } else if (client && name === "request") handlers.onRequest(client, connection, args[0], ackId);
    else if (client && name === "chunk") handlers.onChunk(client, args);
    else if (client && name === "client-event")
      log.info("broker client reported", { tunnel: shortHash(client.tokenHash), event: args[0] });
  }

  function onClose(session: Session, reason: string): void {
    sessions.delete(session);
    handlers.onSocketClosed(session.connection);
    if (session.client && directory.remove(session.client, session.connection)) handlers.onGone(session.client, reason);
  }

  function identify(
    connection: TunnelConnection,
    admission: Admission,
    identity: ClientIdentity | undefined,
  ): ConnectedClient | undefined {
    if (!identity?.version || !identity.capabilities) {
      log.warn("a broker client identified itself without version or capabilities", {
        tunnel: shortHash(admission.tokenHash),
      });
      return undefined;
    }
    if (!isVersionGood(connection, identity.version)) return undefined;
    const client = directory.add(
      {
        clientId: identity.clientId ?? admission.clientId ?? connection.id,
        connectionId: admission.connectionId,
        token: admission.token,
        tokenHash: admission.tokenHash,
        version: identity.version,
        capabilities: new Set(identity.capabilities),
        filters: internFilters(identity.filters),
        address: connection.address,
        connectedAt: systemClock.now(),
      },
      connection,
    );
    if (client) handlers.onIdentified(client, client.sockets.length === 1);
    else refuse(connection, `more than ${settings.TIDEWAITER_MAX_CLIENTS} broker clients share this token`);
    return client;
  }

  function isVersionGood(connection: TunnelConnection, version: string): boolean {
    const { MINIMAL_SUPPORTED_BROKER_VERSION: minimal, MINIMAL_RECOMMENDED_BROKER_VERSION: recommended } = settings;
    const verdict = judgeVersion(version, minimal, recommended);
    if (verdict === "refused") {
      notify(connection, "error", `Broker client version ${version} is outdated; ${minimal} or newer is needed`);
      connection.dismiss();
      return false;
    }
    if (verdict === "old")
      notify(
        connection,
        "warning",
        `Broker client version ${version} is old; please upgrade to ${recommended} or newer`,
      );
    return true;
  }
}

function refuse(connection: TunnelConnection, message: string): void {
  notify(connection, "error", message);
  connection.close();
}

function notify(connection: TunnelConnection, level: "error" | "warning", message: string): void {
  connection.sendEvent("notification", [{ level, message }]);
}
