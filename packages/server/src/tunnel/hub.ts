import type { Server } from "node:http";
import type { Readable } from "node:stream";
import type { Router } from "express";

/** One broker client that is connected now; several may share a connection (one token). */
export interface TunnelClient {
  readonly clientId: string;
  readonly version: string;
  readonly address: string;
  readonly transport: "websocket" | "polling";
  /** True when the other end is ours and both agreed on streamed bodies. */
  readonly isTidewaiter: boolean;
  readonly connectedAt: number;
  readonly inFlight: number;
  /** Connections that it holds now, and the most that it held at once: fewer now means that one was lost. */
  readonly sockets: number;
  readonly mostSockets: number;
}

export interface TunnelRequest {
  readonly method: string;
  /** Path and query, one leading slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  readonly signal?: AbortSignal;
  /** Longest wait for the head of the response; the hub's setting when left out. */
  readonly deadlineMs?: number;
  /**
   * True for calls to the agent that need the registry credentials: the hub then sends the two headers by which the
   * broker client is asked to fill them in (`authorization` and `x-broker-var-sub`). Set neither of them yourself.
   */
  readonly withCredentials?: boolean;
}

export interface TunnelResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** A request that came up the tunnel of a connection, past the server's private rules. */
export interface CallbackRequest {
  readonly connectionId: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  readonly signal: AbortSignal;
}

export interface CallbackAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
}

/** A rule as people know it. */
export interface CallRule {
  readonly method: string;
  readonly path: string;
}

/** A call through a tunnel, when it has ended. */
export interface TunnelCall {
  readonly connectionId: string;
  readonly direction: "down" | "up";
  readonly method: string;
  /** As it came: its path and query may hold anything. */
  readonly url: string;
  readonly clientId: string | undefined;
  /** What the client that took it said of its own rules. */
  readonly filters: unknown;
  /** Milliseconds of the epoch at its start. */
  readonly at: number;
  readonly durationMs: number;
  readonly status: number;
  /** Why it was denied or failed; undefined for calls that were answered well. */
  readonly code: string | undefined;
  readonly isDenied: boolean;
  /** The server's own rule that let it through, where one decides. */
  readonly rule: CallRule | undefined;
  /** The server's own rule that came nearest to letting it through. */
  readonly nearest: CallRule | undefined;
  /** Undefined where a body flowed without a length. */
  readonly requestBytes: number | undefined;
  readonly responseBytes: number | undefined;
}

/** What the tunnels of this server ask of the rest of it. */
export interface TunnelHost {
  /** The connection that a token belongs to; undefined for unknown or revoked ones. Tokens are known by hash. */
  findConnection(token: string): Promise<string | undefined>;
  /** Whether an Authorization header may use the pass-through and status routes (scope `tunnel:call`). */
  mayCall(authorization: string | undefined, connectionId: string | undefined): Promise<boolean>;
  answerCallback(request: CallbackRequest): Promise<CallbackAnswer>;
  onConnected?(connectionId: string, client: TunnelClient): void;
  onDisconnected?(connectionId: string, client: TunnelClient, reason: string): void;
  /** A request asked the client to fill something in where it must not, and was refused there. */
  onSubstitutionRefused?(connectionId: string, client: TunnelClient, request: RefusedRequest): void;
  /** A call ended. It is told on the hot path, so that whoever listens does little. */
  onCall?(call: TunnelCall): void;
}

export interface RefusedRequest {
  readonly method: string;
  /** Without its query, which may hold anything. */
  readonly path: string;
  readonly requestId: string;
}

/** All tunnels that end at this server. */
export interface TunnelHub {
  /** The vendor's HTTP routes: `/broker/:token/*`, `/response-data/...`, `/connection-status/...` and so on. */
  readonly router: Router;
  /** Takes over `/primus` upgrades and polls of a listening server, and the traffic of tunnels that end here for sure. */
  attach(server: Server): void;
  /** @throws {BrokerError} NO_CONNECTION, EXCHANGE_LOST or TIMEOUT. */
  call(connectionId: string, request: TunnelRequest): Promise<TunnelResponse>;
  clients(connectionId: string): readonly TunnelClient[];
  /** Ends the sockets of a connection whose token was revoked. */
  disconnect(connectionId: string, reason: string): void;
  close(drainMs: number): Promise<void>;
}
