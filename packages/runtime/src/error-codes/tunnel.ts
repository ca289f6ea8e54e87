import type { ErrorKind } from "./error-kind.ts";

export const TUNNEL = {
  FILTER_BLOCKED: {
    status: 401,
    retryable: false,
    likely: "no filter rule allows this method and path",
    action: "add a rule to the ACCEPT file, or call a path that a rule allows",
  },
  TUNNEL_DOWN: {
    status: 503,
    retryable: true,
    exit: 69,
    likely: "the broker client is starting or cannot reach the broker server",
    action: "look at /healthcheck of the broker client",
  },
  NO_CONNECTION: {
    status: 404,
    retryable: true,
    exit: 69,
    likely: "no broker client with this token is connected",
    action: "start the broker client with this token, and check BROKER_SERVER_URL",
  },
  FRAME_INVALID: {
    status: 400,
    retryable: false,
    likely: "the other end of the tunnel is not a broker, or a proxy changed the bytes",
    action: "check what listens at BROKER_SERVER_URL",
  },
  SUBSTITUTION_REFUSED: {
    status: 403,
    retryable: false,
    likely: "the server asked for a credential in a place where it could be sent back",
    action: "ask for it as the whole value of the configured header only",
  },
  EXCHANGE_LOST: {
    status: 502,
    retryable: true,
    exit: 69,
    likely: "one side of the tunnel went away while the exchange was running",
    action: "call again; the client reconnects by itself",
  },
  BODY_TOO_LARGE: {
    status: 502,
    retryable: false,
    likely: "a response on the WebSocket path is larger than the protocol allows",
    action: "call without x-broker-ws-response, so that the body is streamed",
  },
  DOWNSTREAM_UNREACHABLE: {
    status: 502,
    retryable: true,
    exit: 69,
    likely: "the registry agent is not running at CR_AGENT_URL",
    action: "check CR_AGENT_URL as seen from the broker client",
  },
  DOWNSTREAM_TIMEOUT: {
    status: 504,
    retryable: true,
    exit: 69,
    likely: "the registry agent is overloaded, or a firewall drops packets on the way to it",
    action: "look at the agent's log, and check CR_AGENT_URL as seen from the broker client",
  },
  DOWNSTREAM_ERROR: {
    status: 502,
    retryable: true,
    exit: 69,
    likely: "the registry agent ended the connection before it answered",
    action: "look at the agent's log for this request id",
  },
} as const satisfies Record<string, ErrorKind>;
