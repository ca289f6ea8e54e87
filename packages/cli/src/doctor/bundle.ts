import { createWriteStream, readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { arch, platform, release } from "node:os";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { createRedactor, type Env, productVersion, type Redactor } from "@tidewaiter/runtime";
import { pack } from "tar-stream";
import type { Ask } from "./ask.ts";
import type { Examination } from "./examine.ts";

const OURS = /^(BROKER_|CR_|TIDEWAITER_|SNYK_|SOCKET_|HTTPS_|NODE_|PORT|ACCEPT|LOG_LEVEL|MAX_|CA_CERT|DATABASE_URL)/;
const PROXY = /^(https?|no)_proxy$/i;
const SECRET = /PASSWORD|TOKEN|SECRET|CREDENTIALS|AUTH|_KEY|EXTERNAL_ID|DATABASE_URL/;

/**
 * Writes a gzipped tar with the report, the settings of this environment and the metrics of every process that answered.
 * Secret variables appear as set or not; their values are taken out of all the rest.
 */
export async function writeBundle(path: string, { rows, found }: Examination, env: Env, ask: Ask): Promise<void> {
  const redactor = redactorFor(env);
  const files: Record<string, string> = {
    "report.json": JSON.stringify({ version: productVersion(), at: new Date().toISOString(), rows }, undefined, 2),
    "settings.json": JSON.stringify(describeSettings(env), undefined, 2),
    "machine.json": JSON.stringify({ node: process.version, platform: platform(), arch: arch(), kernel: release() }),
  };
  for (const { part, place } of found) {
    for (const route of ["metrics", "healthcheck"]) {
      const answer = await ask(place.url, `/${route}`).catch(() => undefined);
      if (answer?.status === 200) files[`${part}-${route}.txt`] = answer.text;
    }
  }
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name, mode: 0o600 }, redactor.text(text));
  archive.finalize();
  const part = `${path}.part`;
  await pipeline(archive, createGzip(), createWriteStream(part, { mode: 0o600, flags: "w" }));
  await rename(part, path);
}

/** Which variables are set; values of those that hold no secret. */
export function describeSettings(env: Env): Record<string, string> {
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
