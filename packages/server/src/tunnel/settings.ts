import { countSetting, flagSetting, listSetting } from "@tidewaiter/runtime";
import { z } from "zod";

/** The variables of the tunnel side of the server; the server's schema takes them in. */
export const tunnelSettingsShape = {
  ACCEPT: z.string().optional().describe("Rule file with origins, path or URL; without it callbacks reach the API"),
  TIDEWAITER_OPEN_BROKER: flagSetting()
    .default(false)
    .describe("true opens /broker/ and the status routes to everybody (for interoperation)"),
  TIDEWAITER_MAX_CLIENTS: countSetting(1, 64).default(4).describe("Broker clients that may share one token"),
  TIDEWAITER_MAX_EXCHANGES: countSetting(1, 100_000).default(1_024).describe("Exchanges at once for each client"),
  TIDEWAITER_EXCHANGE_TIMEOUT_MS: countSetting(100)
    .default(120_000)
    .describe("Longest wait for the head of a response, ms"),
  TIDEWAITER_BODY_IDLE_MS: countSetting(100).default(1_200_000).describe("Longest silence inside a body, ms"),
  TIDEWAITER_MAX_MESSAGE_BODY_BYTES: countSetting(1_024, 16_000_000)
    .default(15_728_640)
    .describe("Largest request body towards a client that cannot stream, bytes"),
  SOCKET_PING_INTERVAL: countSetting(100).default(25_000).describe("Time between heartbeats on a connection, ms"),
  SOCKET_PING_TIMEOUT: countSetting(100).default(20_000).describe("Longest wait for the answer to a heartbeat, ms"),
  SOCKET_MAX_RESPONSE_LENGTH: countSetting(65_536, 268_435_456)
    .default(22_020_096)
    .describe("Longest message on a connection, characters"),
  MINIMAL_SUPPORTED_BROKER_VERSION: z.string().default("4.100.0").describe("Older clients are refused"),
  MINIMAL_RECOMMENDED_BROKER_VERSION: z.string().default("4.182.0").describe("Older clients are warned"),
  TIDEWAITER_BROKER_TOKENS: listSetting()
    .default([])
    .describe("Tokens (lower-case UUIDs) that are registered at start, comma-separated")
    .meta({ secret: true }),
} as const;

const schema = z.object(tunnelSettingsShape);
export type TunnelSettings = z.output<typeof schema>;

/** All defaults, for tests and tools. */
export function defaultTunnelSettings(changes: Partial<TunnelSettings> = {}): TunnelSettings {
  return { ...schema.parse({}), ...changes };
}
