import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { commonBundleFiles, type Env, productVersion, writeSupportBundle } from "@tidewaiter/runtime";
import type { Ask } from "./ask.ts";
import type { Examination } from "./examine.ts";

/**
 * Writes a gzipped tar with the report, the settings of this environment and the metrics of every process that answered.
 * Secret variables appear as set or not; their values are taken out of all the rest.
 */
export async function writeBundle(path: string, { rows, found }: Examination, env: Env, ask: Ask): Promise<void> {
  const files: Record<string, string> = {
    "report.json": JSON.stringify({ version: productVersion(), at: new Date().toISOString(), rows }, undefined, 2),
    ...commonBundleFiles(env),
  };
  for (const { part, place } of found) {
    for (const route of ["metrics", "healthcheck"]) {
      const answer = await ask(place.url, `/${route}`).catch(() => undefined);
      if (answer?.status === 200) files[`${part}-${route}.txt`] = answer.text;
    }
  }
  const part = `${path}.part`;
  await writeSupportBundle(files, env, createWriteStream(part, { mode: 0o600, flags: "w" }));
  await rename(part, path);
}
