import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Clock,
  createShutdown,
  loadSettings,
  type Shutdown,
  silentLogger,
  systemClock,
} from "@tidewaiter/runtime";
import { serverSettings } from "./config.ts";
import { startServer } from "./server.ts";
import { openStore, type Store } from "./store/open.ts";

/** The bootstrap key of a test server. */
export const OWNER_KEY = "owner-key-of-the-tests";

export interface Answer<T = Record<string, never>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T & { error?: { code: string; message: string; details?: { path: string }[] } };
}

export interface CallOptions {
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A whole server in this process, with a folder of its own unless a test names one. */
export interface TestServer {
  readonly url: string;
  /** The same, unless API and console have a port of their own. */
  readonly adminUrl: string;
  readonly folder: string;
  /** Lines that were logged with level info: the one-time link stands there. */
  readonly logged: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[];
  /** A second door to its store, for arranging. */
  readonly store: Store;
  readonly shutdown: Shutdown;
  /** Calls the API as the owner unless another key (or null: none) is given. */
  call<T = Record<string, never>>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  close(): Promise<void>;
}

/** Limits that no test reaches by accident. */
const ENV = {
  PORT: "0",
  TIDEWAITER_HOST: "127.0.0.1",
  TIDEWAITER_API_KEY: OWNER_KEY,
  TIDEWAITER_CALLS_PER_MINUTE: "1000000",
  TIDEWAITER_SIGN_INS_PER_MINUTE: "1000000",
  TIDEWAITER_TICK_MS: "50",
  TIDEWAITER_DRAIN_MS: "100",
  TIDEWAITER_ADVISORY_INTERVAL_MS: "0",
};

export async function startTestServer(
  env: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-server-"));
  const all = { ...ENV, TIDEWAITER_DATA_DIR: folder, ...env };
  const settings = loadSettings(serverSettings, all);
  const logged: TestServer["logged"] = [];
  const log = { ...silentLogger, info: (message: string, fields = {}) => void logged.push({ message, fields }) };
  const shutdown = createShutdown(silentLogger);
  const { tunnel, admin } = await startServer(settings, all, log, shutdown, clock);
  const path = join(settings.TIDEWAITER_DATA_DIR, "server.db");
  const store = await openStore({ path, databaseUrl: settings.DATABASE_URL });
  return {
    url: tunnel.url,
    adminUrl: admin.url,
    folder,
    logged,
    store,
    shutdown,
    call: (method, path, options) => call(tunnel.url, method, path, options),
    async close() {
      await store.close();
      await shutdown.stop("test over");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function call<T>(url: string, method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
  const { key = OWNER_KEY, body, headers = {} } = options;
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    body: typeof body === "string" || body === undefined ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") ?? false;
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : (text as never) };
}
