import { ADVISORY_SETTINGS } from "@tidewaiter/advisories";
import { countSetting, flagSetting, LOG_LEVELS, secretSetting } from "@tidewaiter/runtime";
import { z } from "zod";
import { roleSchema } from "./api/contract/route.ts";
import { tunnelSettingsShape } from "./tunnel/index.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Bundles are signed by whoever makes them, never by a server. */
const { TIDEWAITER_ADVISORY_SIGNING_KEY: _makersOnly, ...feedSettings } = ADVISORY_SETTINGS;

/** Every variable of the server. */
export const serverSettings = z.object({
  PORT: countSetting(0, 65_535)
    .default(7_300)
    .describe("Port of the tunnel, and of API and console unless they have their own"),
  TIDEWAITER_HOST: z.string().default("0.0.0.0").describe("Address to listen on"),
  TIDEWAITER_ADMIN_PORT: countSetting(0, 65_535)
    .optional()
    .describe("Own port of API and console; the tunnel's port then serves neither"),
  HTTPS_CERT: z.string().optional().describe("Path of the PEM certificate of both listeners"),
  HTTPS_KEY: z.string().optional().describe("Path of its key"),
  TIDEWAITER_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Address under which clients and browsers reach this server"),
  TIDEWAITER_TRUST_PROXY: countSetting(0, 10)
    .default(0)
    .describe("Reverse proxies in front whose X-Forwarded-For is believed"),
  TIDEWAITER_DATA_DIR: z
    .string()
    .default("./.tidewaiter/server")
    .describe("Folder of everything that the server keeps"),
  DATABASE_URL: secretSetting().optional().describe("postgres://… moves the store to PostgreSQL"),
  TIDEWAITER_ENCRYPTION_KEY: secretSetting()
    .optional()
    .describe("32 bytes in hex or base64 that seal secrets in the store; server.key in the data folder when left out"),
  TIDEWAITER_REPLICA_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, "is no http or https address")
    .optional()
    .describe(
      "Address under which other servers on the same DATABASE_URL reach this one; {hostname} is filled in; with HTTPS_CERT it is https and the certificate holds that name (CA_CERT for a private authority)",
    ),
  TIDEWAITER_REPLICA_LEASE_MS: countSetting(500)
    .default(10_000)
    .describe("Silence after which another server counts as gone, ms"),
  LOG_LEVEL: z
    .enum(LOG_LEVELS as [string, ...string[]])
    .default("info")
    .describe("debug, info, warn or error"),
  TIDEWAITER_API_KEY: secretSetting()
    .optional()
    .describe("A key with an owner's rights, for programs that set the server up"),
  TIDEWAITER_LINK_MINUTES: countSetting(1, 1_440).default(15).describe("How long one-time links are good, minutes"),
  TIDEWAITER_SESSION_HOURS: countSetting(1, 8_760).default(12).describe("Longest session, hours"),
  TIDEWAITER_SESSION_IDLE_MINUTES: countSetting(1, 525_600)
    .default(120)
    .describe("Longest silence of a session, minutes"),
  TIDEWAITER_CALLS_PER_MINUTE: countSetting(10)
    .default(1_200)
    .describe("API calls of one person or key at this server, each minute"),
  TIDEWAITER_SIGN_INS_PER_MINUTE: countSetting(1)
    .default(10)
    .describe("Tries to sign in from one address or for one name, each minute; several servers share them"),
  TIDEWAITER_OIDC_ISSUER: z
    .url()
    .optional()
    .describe("OpenID provider; needs client id, secret and TIDEWAITER_PUBLIC_URL"),
  TIDEWAITER_OIDC_CLIENT_ID: z.string().optional().describe("Client id at the provider"),
  TIDEWAITER_OIDC_CLIENT_SECRET: secretSetting().optional().describe("Client secret at the provider"),
  TIDEWAITER_OIDC_NAME: z.string().max(40).default("Single sign-on").describe("What stands on the button"),
  TIDEWAITER_OIDC_ROLE: roleSchema.default("viewer").describe("Role of people who come for the first time"),
  TIDEWAITER_OIDC_SCOPE: z.string().default("openid profile email").describe("Scopes to ask for"),
  TIDEWAITER_OIDC_PLAIN_HTTP: flagSetting().default(false).describe("Allows a provider without TLS"),
  TIDEWAITER_ADVISORY_DB: z
    .string()
    .optional()
    .describe("Advisory database; advisories.db in the data folder when left out"),
  TIDEWAITER_ADVISORY_INTERVAL_MS: countSetting(0)
    .default(6 * HOUR_MS)
    .describe("Time between updates of the advisories, ms; 0 leaves them to tidewaiter db"),
  TIDEWAITER_ADVISORY_STALE_HOURS: countSetting(1)
    .default(120)
    .describe("Age from which advisory data counts as stale, hours"),
  TIDEWAITER_SCANS_IN_FLIGHT: countSetting(1, 10_000)
    .default(64)
    .describe("Scans of one connection that may be with its agent at once"),
  TIDEWAITER_SCAN_ATTEMPTS: countSetting(1, 10)
    .default(3)
    .describe("How often a scan is sent whose agent came back empty"),
  TIDEWAITER_SCAN_LEASE_MS: countSetting(1_000)
    .default(60_000)
    .describe("Silence of a scan after which its agent is asked, ms"),
  TIDEWAITER_SCAN_TIMEOUT_MS: countSetting(1_000)
    .default(HOUR_MS)
    .describe("Wall-clock limit of a scan that was sent, ms"),
  TIDEWAITER_AGENT_WAIT_MS: countSetting(0)
    .default(MINUTE_MS)
    .describe("How long an agent may be gone behind its broker client before its scans fail, ms"),
  TIDEWAITER_QUEUE_TIMEOUT_MS: countSetting(1_000)
    .default(24 * HOUR_MS)
    .describe("How long a scan may wait for its connection, ms"),
  TIDEWAITER_TICK_MS: countSetting(50)
    .default(1_000)
    .describe("Time between looks at queue, leases and timetables, ms"),
  TIDEWAITER_MAX_RESULT_BYTES: countSetting(1_048_576)
    .default(134_217_728)
    .describe("Largest scan result, unpacked, bytes"),
  TIDEWAITER_MAX_LISTING_NAMES: countSetting(100).default(100_000).describe("Names read of one registry listing"),
  TIDEWAITER_LISTING_AGE_MS: countSetting(0).default(300_000).describe("Age from which a listing is read anew, ms"),
  TIDEWAITER_LOST_AFTER_MS: countSetting(0).default(60_000).describe("A connection that is away this long is lost, ms"),
  TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS: flagSetting()
    .default(false)
    .describe("Allows alerts to private, loopback and link-local addresses"),
  TIDEWAITER_RETENTION_DAYS: countSetting(1)
    .default(180)
    .describe("How long ended scans, imports and deliveries are kept, days"),
  TIDEWAITER_TRAFFIC_CALLS: countSetting(0, 10_000)
    .default(500)
    .describe(
      "Calls through its tunnels that a server remembers for the page Traffic, and as many that were denied; 0: none",
    ),
  TIDEWAITER_DRAIN_MS: countSetting(0).default(10_000).describe("How long running requests may finish at a stop, ms"),
  ...feedSettings,
  ...tunnelSettingsShape,
});

export type ServerSettings = z.output<typeof serverSettings>;
