import { availableParallelism, totalmem } from "node:os";
import { type ScanLimits, scanLimits, scanSettings } from "@tidewaiter/image";
import { GOOGLE_KEYS_URL } from "@tidewaiter/registry";
import {
  configInvalid,
  countSetting,
  type Env,
  flagSetting,
  LOG_LEVELS,
  listSetting,
  loadSettings,
  Secret,
  secretSetting,
} from "@tidewaiter/runtime";
import { z } from "zod";

const HOUR_MS = 3_600_000;
const DEFAULT_PORT = 17_500;
const MB = 1024 * 1024;
/** Seen in the benches: what the agent takes without a scan, and what each scan at once adds. */
const BASE_BYTES = 192 * MB;
const SLOT_BYTES = 160 * MB;
const port = countSetting(0, 65_535);

/** On the agent one variable of the vendor's sets both sizes. */
const {
  TIDEWAITER_SCAN_LAYER_MAX_MB: _layer,
  TIDEWAITER_SCAN_IMAGE_MAX_MB: _image,
  ...analyserShape
} = scanSettings.shape;

/** Variables of the registry agent. The vendor's names stay; ours start with `TIDEWAITER_`. */
export const agentSettingsSchema = z.object({
  SNYK_PORT: port.optional().describe("Port of the agent; PORT is an alias, 17500 when neither is set"),
  PORT: port.optional().describe("Alias of SNYK_PORT"),
  TIDEWAITER_HOST: z.string().default("0.0.0.0").describe("Address to listen on"),
  HTTPS_CERT: z.string().optional().describe("Path of the PEM certificate for HTTPS; needs HTTPS_KEY"),
  HTTPS_KEY: z.string().optional().describe("Path of the PEM key for HTTPS; needs HTTPS_CERT"),
  LOG_LEVEL: z
    .enum(LOG_LEVELS as [string, ...string[]])
    .default("info")
    .describe("fatal, error, warn, info, debug or trace"),
  MAX_ACTIVE_OPERATIONS: countSetting(1, 256)
    .optional()
    .describe("Scans that run at once; when unset the number of cores, and fewer where memory is short"),
  SNYK_MAX_IMAGE_SIZE_IN_BYTES: countSetting(1)
    .default(2_147_483_648)
    .describe("Largest image that is scanned, as its manifest and its unpacked layers say"),
  TIDEWAITER_DATA_DIR: z
    .string()
    .default("./.tidewaiter/agent")
    .describe("Folder of queue, outbox, layer cache and key"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .transform((url) => new Secret(url))
    .optional()
    .meta({ secret: true })
    .describe("PostgreSQL that several agents share; a file in the data folder when unset"),
  TIDEWAITER_ENCRYPTION_KEY: secretSetting()
    .optional()
    .describe(
      "32 bytes in hex or base64 that encrypt credentials at rest; a file in the data folder when unset, required with DATABASE_URL",
    ),
  TIDEWAITER_AGENT_SECRET: secretSetting()
    .optional()
    .describe("When set, requests without it in x-tidewaiter-secret are refused"),
  TIDEWAITER_ALLOWED_REGISTRIES: listSetting()
    .optional()
    .describe("Globs of registry hosts that the agent may call; all when unset"),
  TIDEWAITER_ALLOWED_ROLE_ARNS: listSetting()
    .optional()
    .describe("Globs of role ARNs that the agent may assume, `ambient` for its own cloud identity; all when unset"),
  TIDEWAITER_CREDENTIALS_HEADER: z
    .string()
    .regex(/^[\w-]+$/)
    .default("authorization")
    .describe("Header that carries the registry credentials"),
  TIDEWAITER_QUEUE_LIMIT: countSetting(1).default(10_000).describe("Scans that may wait; beyond it the answer is 429"),
  TIDEWAITER_SCAN_ATTEMPTS: countSetting(1, 100).default(5).describe("Tries of a scan that fails for a passing reason"),
  TIDEWAITER_SCAN_CRASHES: countSetting(1, 1_000)
    .default(10)
    .describe("How often a process may die with a scan before it is given up"),
  ...analyserShape,
  TIDEWAITER_SCAN_TIMEOUT_MS: countSetting(1_000).default(HOUR_MS).describe("Longest run of a scan"),
  TIDEWAITER_SCAN_ATTACHMENTS: flagSetting()
    .default(true)
    .describe(
      "Ask the registry for signatures and attestations of each image that is scanned, with up to five requests",
    ),
  TIDEWAITER_LEASE_MS: countSetting(1_000)
    .default(30_000)
    .describe("How long a job stays with a worker that gives no sign of life"),
  TIDEWAITER_CALLBACK_SLOTS: countSetting(1, 64).default(4).describe("Callbacks that are under way at once"),
  TIDEWAITER_CALLBACK_TIMEOUT_MS: countSetting(100)
    .default(60_000)
    .describe("Longest wait for the answer to a callback"),
  TIDEWAITER_CALLBACK_PAUSE_MS: countSetting(10)
    .default(300_000)
    .describe("Longest pause between two tries of a callback"),
  TIDEWAITER_CALLBACK_MAX_AGE_MS: countSetting(1_000)
    .default(168 * HOUR_MS)
    .describe("Age at which a callback that was never answered is given up"),
  TIDEWAITER_GOOGLE_KEYS_URL: z
    .url({ protocol: /^https?$/ })
    .default(GOOGLE_KEYS_URL)
    .describe("Where the keys are that prove Google's push events; a mirror of them where Google is not reached"),
  TIDEWAITER_HISTORY_MS: countSetting(1_000)
    .default(168 * HOUR_MS)
    .describe("How long ended scans stay visible"),
  TIDEWAITER_LAYER_CACHE_BYTES: countSetting(0)
    .default(512 * 1024 * 1024)
    .describe("Room for what is known of layers"),
  TIDEWAITER_DRAIN_MS: countSetting(0)
    .default(25_000)
    .describe("Time that running scans get when the agent is stopped"),
});

export type AgentSettings = Readonly<z.output<typeof agentSettingsSchema>> & {
  readonly port: number;
  /** Scans that run at once. */
  readonly slots: number;
  /** Bounds of one scan. */
  readonly limits: ScanLimits;
};

/** @throws {BrokerError} CONFIG_INVALID, naming every bad variable at once and none of the values. */
export function loadAgentSettings(env: Env): AgentSettings {
  const settings = loadSettings(agentSettingsSchema, env);
  const { HTTPS_CERT, HTTPS_KEY, DATABASE_URL, TIDEWAITER_ENCRYPTION_KEY } = settings;
  if (Boolean(HTTPS_CERT) !== Boolean(HTTPS_KEY)) {
    throw configInvalid([{ path: HTTPS_CERT ? "HTTPS_KEY" : "HTTPS_CERT", reason: "is required with the other one" }]);
  }
  if (DATABASE_URL && !TIDEWAITER_ENCRYPTION_KEY) {
    throw configInvalid([
      { path: "TIDEWAITER_ENCRYPTION_KEY", reason: "is required with DATABASE_URL, since replicas share it" },
    ]);
  }
  const port = settings.SNYK_PORT ?? settings.PORT ?? DEFAULT_PORT;
  const slots = settings.MAX_ACTIVE_OPERATIONS ?? defaultSlots(availableParallelism(), memoryBytes());
  const imageMb = settings.SNYK_MAX_IMAGE_SIZE_IN_BYTES / MB;
  const limits = scanLimits({
    ...settings,
    TIDEWAITER_SCAN_LAYER_MAX_MB: imageMb,
    TIDEWAITER_SCAN_IMAGE_MAX_MB: imageMb,
  });
  return Object.freeze({ ...settings, port, slots, limits });
}

/** A scan for each core, as long as the memory has room for their threads. */
export function defaultSlots(cores: number, memory: number): number {
  return Math.max(1, Math.min(cores, Math.floor((memory - BASE_BYTES) / SLOT_BYTES)));
}

/** What the container may take, else what the machine has. */
function memoryBytes(): number {
  // 0 when nobody knows, and a number beyond all memory when there is no limit.
  return Math.min(process.constrainedMemory() || totalmem(), totalmem());
}
