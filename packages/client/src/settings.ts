import { countSetting, type Env, flagSetting, LOG_LEVELS, secretSetting } from "@tidewaiter/runtime";
import { z } from "zod";

const url = z.url({ protocol: /^https?$/, error: "is no http(s) address" });
/** The vendor's documented address, for deployments that never named one. */
export const VENDOR_SERVER_URL = "https://broker.snyk.io";

/** Every variable of the broker client; vendor names stay as they are. */
export const clientSettings = z.object({
  BROKER_TOKEN: z
    .string()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { error: "is no UUID" })
    .transform((token) => token.toLowerCase())
    .pipe(secretSetting())
    .describe("Token of this connection, from the console of the server"),
  BROKER_SERVER_URL: url.default(VENDOR_SERVER_URL).describe("Address of the broker server"),
  BROKER_CLIENT_URL: url.optional().describe("Address of this client as the agent sees it, for callbacks"),
  BROKER_CLIENT_URL_TLS_TERMINATED: flagSetting()
    .default(false)
    .describe("true when something before this client ends the TLS of BROKER_CLIENT_URL"),
  CR_AGENT_URL: z.string().min(1).describe("Address of the registry agent"),
  CR_TYPE: z.string().optional().describe("Registry type (harbor-cr, ecr, oci ...)"),
  CR_BASE: z.string().optional().describe("Registry host, and path where it has one"),
  CR_USERNAME: z.string().optional().describe("User of the registry"),
  CR_PASSWORD: secretSetting().optional().describe("Password of the registry user"),
  CR_TOKEN: secretSetting().optional().describe("Token of the registry (DigitalOcean)"),
  CR_ROLE_ARN: z.string().optional().describe("Role that the agent assumes (ECR)"),
  CR_REGION: z.string().optional().describe("Region of the registry (ECR)"),
  CR_EXTERNAL_ID: secretSetting().optional().describe("External id of the role (ECR)"),
  CR_CREDENTIALS: secretSetting()
    .optional()
    .describe("Ready credential blob (base64 JSON); wins over the CR_ variables"),
  TIDEWAITER_CR_CA: z.string().optional().describe("PEM of the authority that issued the registry's certificate"),
  TIDEWAITER_CR_PLAIN_HTTP: flagSetting().optional().describe("true when the registry speaks plain HTTP"),
  TIDEWAITER_CR_SKIP_TLS_VERIFY: flagSetting().optional().describe("true to accept any certificate of the registry"),
  TIDEWAITER_CR_API_TOKEN: secretSetting().optional().describe("Token for the vendor's own listing API"),
  TIDEWAITER_CR_API_URL: z.string().optional().describe("Address of the vendor's own listing API"),
  TIDEWAITER_CR_REPOSITORIES: z
    .string()
    .optional()
    .describe("Repositories where nothing can be listed, comma-separated"),
  TIDEWAITER_CR_PLATFORMS: z.string().optional().describe("Platforms to scan, comma-separated (linux/amd64)"),
  TIDEWAITER_CR_ALLOW_FOREIGN_LAYERS: flagSetting().optional().describe("true to fetch layers from foreign hosts"),
  TIDEWAITER_CR_TOKEN_HOSTS: z.string().optional().describe("Further hosts that may be asked for tokens"),
  TIDEWAITER_AGENT_SECRET: secretSetting().optional().describe("Shared secret that the agent wants to see"),
  TIDEWAITER_CREDENTIAL_HEADER: z
    .string()
    .toLowerCase()
    .default("authorization")
    .describe("The one request header that may carry the credentials"),
  PORT: countSetting(0, 65_535).default(7_341).describe("Port of the local listener"),
  TIDEWAITER_HOST: z.string().default("0.0.0.0").describe("Address of the local listener"),
  ACCEPT: z.string().optional().describe("Rule file, path or URL; the registry agent's rules when left out"),
  BROKER_HEALTHCHECK_PATH: z.string().default("/healthcheck").describe("Path of the health route"),
  BROKER_SYSTEMCHECK_PATH: z.string().default("/systemcheck").describe("Path of the chain check"),
  BROKER_CLIENT_VALIDATION_URL: z
    .string()
    .optional()
    .describe("Target of the chain check; by default the /systemcheck of CR_AGENT_URL"),
  BROKER_CLIENT_VALIDATION_METHOD: z.string().default("GET").describe("Method of the chain check"),
  BROKER_CLIENT_VALIDATION_TIMEOUT_MS: countSetting(1).default(30_000).describe("Time limit of the chain check, ms"),
  BROKER_CLIENT_VALIDATION_AUTHORIZATION_HEADER: secretSetting().optional().describe("Verbatim header of the check"),
  BROKER_CLIENT_VALIDATION_AUTHORIZATION_HEADER_POOL: secretSetting().optional().describe("Several of them"),
  BROKER_CLIENT_VALIDATION_BASIC_AUTH: secretSetting().optional().describe("user:password of the check"),
  BROKER_CLIENT_VALIDATION_BASIC_AUTH_POOL: secretSetting().optional().describe("Several of them"),
  BROKER_CLIENT_VALIDATION_JSON_DISABLED: flagSetting().default(false).describe("true to accept any body"),
  API_BASE_URL: url.optional().describe("Address of the API behind the server, for webhooks and the dispatcher"),
  BROKER_DISPATCHER_BASE_URL: url.optional().describe("Old name of API_BASE_URL"),
  BROKER_HA_MODE_ENABLED: flagSetting().default(false).describe("true to ask the dispatcher which server to use"),
  BROKER_CLIENT_LOCATION: z.string().default("snyk-broker-client").describe("Told to the dispatcher"),
  DISPATCHER_URL_PREFIX: z.string().default("/hidden/broker").describe("Path of the dispatcher"),
  PREFLIGHT_CHECKS_ENABLED: flagSetting().default(true).describe("false leaves the checks at start out"),
  IPV6_CONNECTIVITY_CHECK_ENABLED: flagSetting()
    .default(true)
    .describe("false leaves out the check whether the server can be reached over IPv6"),
  LOG_INFO_VERBOSE: flagSetting().default(false).describe("true adds the agent's response headers to debug lines"),
  LOG_LEVEL: z
    .enum(LOG_LEVELS as readonly [string, ...string[]])
    .default("info")
    .describe("Log level"),
  HTTP_PROXY: z.string().optional().describe("Proxy for http addresses"),
  HTTPS_PROXY: z.string().optional().describe("Proxy for https addresses"),
  NO_PROXY: z.string().optional().describe("Hosts that are called directly"),
  PROXY_AUTH: secretSetting().optional().describe("user:password for the proxy"),
  CA_CERT: z.string().optional().describe("PEM, or path of one, of a private authority"),
  NODE_TLS_REJECT_UNAUTHORIZED: z.string().optional().describe("0 accepts any certificate"),
  HTTPS_CERT: z.string().optional().describe("Path of the local listener's certificate"),
  HTTPS_KEY: z.string().optional().describe("Path of its key"),
  INSECURE_DOWNSTREAM: z.string().optional().describe("Any value makes calls to the agent plain HTTP"),
  MAX_RETRY: countSetting(0, 100).default(3).describe("Further tries when the agent cannot be reached"),
  REMOVE_X_FORWARDED_HEADERS: flagSetting().default(false).describe("true strips every x-forwarded header"),
  DISABLE_BODY_VARS_SUBSTITUTION: z.string().optional().describe("Any value stops filling in bodies"),
  DISABLE_HEADER_VARS_SUBSTITUTION: z.string().optional().describe("Any value stops filling in headers"),
  SOCKET_PING_INTERVAL: countSetting(100).default(25_000).describe("Time between heartbeats, ms"),
  SOCKET_PONG_TIMEOUT: countSetting(100).default(10_000).describe("Longest wait for a heartbeat's answer, ms"),
  SOCKET_CONNECT_TIMEOUT: countSetting(100).default(10_000).describe("Longest wait for a connection, ms"),
  SOCKET_MAX_RESPONSE_LENGTH: countSetting(65_536).default(22_020_096).describe("Longest message, characters"),
  BROKER_WEBSERVER_REQUEST_TIMEOUT: countSetting(0)
    .default(600_000)
    .describe("Longest time to receive a request of the agent, ms; 0 is no limit"),
  TIDEWAITER_RECONNECT_MAX_MS: countSetting(100).default(60_000).describe("Longest wait between two dials, ms"),
  TIDEWAITER_MAX_EXCHANGES: countSetting(1, 100_000).default(1_024).describe("Exchanges at once in each direction"),
  TIDEWAITER_EXCHANGE_TIMEOUT_MS: countSetting(100).default(120_000).describe("Longest wait for a response's head, ms"),
  TIDEWAITER_MAX_MESSAGE_BODY_BYTES: countSetting(1_024, 16_000_000)
    .default(15_728_640)
    .describe("Largest callback towards a server that cannot stream, bytes"),
  TIDEWAITER_DRAIN_MS: countSetting(0).default(10_000).describe("Time for running exchanges when stopping, ms"),
  BROKER_CLIENT_POST_TIMEOUT: countSetting(100).default(1_200_000).describe("Longest silence inside a body, ms"),
});
export type ClientSettings = Readonly<z.output<typeof clientSettings>>;

/** Addresses may name each other, as in the vendor's template: `BROKER_CLIENT_VALIDATION_URL=$CR_AGENT_URL/check`. */
const ADDRESSES = [
  "CR_AGENT_URL",
  "BROKER_SERVER_URL",
  "BROKER_CLIENT_URL",
  "API_BASE_URL",
  "BROKER_CLIENT_VALIDATION_URL",
];

/** The environment with `$NAME` and `${NAME}` of other variables filled into addresses; unset names stay as they are. */
export function expandAddresses(env: Env): Env {
  const expanded: Record<string, string | undefined> = { ...env };
  for (const name of ADDRESSES) {
    expanded[name] = env[name]?.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
      return env[braced ?? bare ?? ""] ?? whole;
    });
  }
  return expanded;
}
