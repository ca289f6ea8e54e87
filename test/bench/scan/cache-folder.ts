import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where inputs and peers are kept between runs; the environment may name another place. */
export function benchCache(env: NodeJS.ProcessEnv = process.env): string {
  const folder = env.TIDEWAITER_BENCH_CACHE ?? join(tmpdir(), "tidewaiter-bench-cache", "scan");
  mkdirSync(folder, { recursive: true });
  return folder;
}
