import { execFile } from "node:child_process";

const SUITES = ["test/conformance/registry-vendors.test.ts", "test/conformance/registry-authority.test.ts"];
const RESULT = /^\s*(not ok|ok) \d+ - registry conformance: ([\w-]+)/gm;

/** How many registry types pass the whole conformance suite, every variant of them. */
export async function countConformingTypes(): Promise<number> {
  const output = await new Promise<string>((resolve) => {
    // A failing suite ends the process with 1; the lines say which.
    execFile(process.execPath, ["--test", "--test-reporter=tap", ...SUITES], { maxBuffer: 1e8 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const results = [...output.matchAll(RESULT)].map(([, verdict, type]) => ({ type, isGood: verdict === "ok" }));
  const failed = new Set(results.filter(({ isGood }) => !isGood).map(({ type }) => type));
  return new Set(results.map(({ type }) => type).filter((type) => !failed.has(type))).size;
}
