import { chmodSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TEST_CACHE } from "../test/support/test-cache.ts";
import { main as check } from "./check.ts";
import { runCommand } from "./run-command.ts";
import { setUp } from "./set-up.ts";

const QUICK = ["packages/*/src/**/*.test.ts", "test/conformance/**/*.test.ts", "test/support/**/*.test.ts"];
const SLOW = ["test/{e2e,interop,emulators,fuzz,docker}/**/*.test.ts"];
/** Suites with many processes run by themselves: two cores do not carry two of them. */
const CONCURRENCY = { quick: "2", slow: "1" } as const;

/** `npm run test:quick` is check, unit and conformance tests; `npm test` is all, with what tests need beyond npm. */
export async function main([mode = "all"]: readonly string[]): Promise<number> {
  const isAll = mode === "all";
  if (isAll) await setUp();
  const codes = [await check()];
  await inFolderOfRun(async (env) => {
    codes.push(await runTests(QUICK, CONCURRENCY.quick, env));
    if (isAll) codes.push(await runTests(SLOW, CONCURRENCY.slow, env));
  });
  return Math.max(...codes);
}

/** One temporary folder for all tests of the run, removed at its end; what runs share stays outside of it. */
async function inFolderOfRun(run: (env: NodeJS.ProcessEnv) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tidewaiter-test-"));
  // PostgreSQL runs under an account of its own and must be able to enter.
  chmodSync(folder, 0o755);
  try {
    await run({ ...process.env, TMPDIR: folder, TIDEWAITER_TEST_CACHE: TEST_CACHE });
  } finally {
    removeFolder(folder);
  }
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    console.error(`test: ${folder} stays behind: ${error instanceof Error ? error.message : error}`);
  }
}

function runTests(patterns: readonly string[], concurrency: string, env: NodeJS.ProcessEnv): Promise<number> {
  const files = patterns
    .flatMap((pattern) => globSync(pattern))
    .filter((path) => !path.includes("node_modules"))
    .sort();
  if (files.length === 0) return Promise.resolve(0);
  return runCommand("node", ["--test", `--test-concurrency=${concurrency}`, "--test-reporter=spec", ...files], env);
}
