import { globSync } from "node:fs";
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
  const codes = [await check(), await runTests(QUICK, CONCURRENCY.quick)];
  if (isAll) codes.push(await runTests(SLOW, CONCURRENCY.slow));
  return Math.max(...codes);
}

function runTests(patterns: readonly string[], concurrency: string): Promise<number> {
  const files = patterns
    .flatMap((pattern) => globSync(pattern))
    .filter((path) => !path.includes("node_modules"))
    .sort();
  if (files.length === 0) return Promise.resolve(0);
  return runCommand("node", ["--test", `--test-concurrency=${concurrency}`, "--test-reporter=spec", ...files]);
}
