import { readFileSync } from "node:fs";
import { arch, platform, release } from "node:os";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { createRedactor, type Redactor } from "./redaction.ts";
import type { Env } from "./settings.ts";
import { productVersion } from "./version.ts";

const OURS = /^(BROKER_|CR_|TIDEWAITER_|SNYK_|SOCKET_|HTTPS_|NODE_|PORT|ACCEPT|LOG_LEVEL|MAX_|CA_CERT|DATABASE_URL)/;
const PROXY = /^(https?|no)_proxy$/i;
const SECRET = /PASSWORD|TOKEN|SECRET|CREDENTIALS|AUTH|_KEY|EXTERNAL_ID|DATABASE_URL/;

/**
 * Writes a gzipped tar of text files for whoever is asked for help. The secrets of `env` are taken out of every file, and
 * whatever else looks like one. The sink is ended.
 */
export async function writeSupportBundle(
  files: Readonly<Record<string, string>>,
  env: Env,
  sink: Writable,
  signal?: AbortSignal,
): Promise<void> {
  // Few processes ever write one.
  const { pack } = await import("tar-stream");
  const redactor = redactorFor(env);
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name, mode: 0o600 }, redactor.text(text));
  archive.finalize();
  await pipeline(archive, createGzip(), sink, { signal });
}

/** What every bundle holds: the release and machine, and the variables of the process without its secrets. */
export function commonBundleFiles(env: Env): Record<string, string> {
  const machine = { version: productVersion(), node: process.version, platform: platform(), arch: arch() };
  return {
    "settings.json": JSON.stringify(describeVariables(env), undefined, 2),
    "machine.json": JSON.stringify({ ...machine, kernel: release() }, undefined, 2),
  };
}

/** Which variables are set; values of those that hold no secret. */
function describeVariables(env: Env): Record<string, string> {
  const ours = Object.entries(env).filter(([name, value]) => value && (OURS.test(name) || PROXY.test(name)));
  return Object.fromEntries(
    ours.sort(([a], [b]) => a.localeCompare(b)).map(([name, value = ""]) => [name, isSecret(name) ? "[set]" : value]),
  );
}

/** `NAME_FILE` holds a path, not the secret. */
function isSecret(name: string): boolean {
  return SECRET.test(name) && !name.endsWith("_FILE");
}

function redactorFor(env: Env): Redactor {
  const redactor = createRedactor();
  for (const [name, value] of Object.entries(env)) {
    if (!value || !SECRET.test(name)) continue;
    redactor.add(name.endsWith("_FILE") ? readQuietly(value) : value);
  }
  return redactor;
}

function readQuietly(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
