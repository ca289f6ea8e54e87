import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { buildSampleStore } from "@tidewaiter/advisories";
import { BrokerError } from "@tidewaiter/runtime";
import { buildImage, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";
import { startEmulator } from "../../../../test/emulators/start-emulator.ts";
import { scanCommand } from "./scan.ts";

const LODASH = JSON.stringify({ name: "lodash", version: "4.17.4" });

describe("tidewaiter scan", () => {
  const folder = mkdtempSync(join(tmpdir(), "scan-command-"));
  const content = createContent();
  let server: Awaited<ReturnType<typeof startEmulator>>;
  before(async () => {
    content.push("shop/web", "1", buildImage([await buildLayer({ "app/node_modules/lodash/package.json": LODASH })]));
    server = await startEmulator(registryApp({ content }));
    buildSampleStore(join(folder, "data", "advisories.db"));
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  /** What the command prints and remarks, with or without advisory data. */
  async function scan(dataFolder: "data" | "none", ...args: readonly string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const context = {
      env: { TIDEWAITER_DATA_DIR: join(folder, dataFolder) },
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      stdin: process.stdin,
      signal: new AbortController().signal,
      setExitCode: () => {},
    };
    const image = `${server.host}/shop/web:1`;
    await scanCommand(context).parseAsync([image, "--plain-http", ...args], { from: "user" });
    return { printed: String(stdout.read() ?? ""), remarked: String(stderr.read() ?? "") };
  }

  it("shows findings where there is advisory data", async () => {
    const { printed } = await scan("data");

    assert.match(printed, /^SEVERITY +ID +PACKAGE +INSTALLED +FIXED +LAYER +STATE$/m);
    assert.match(printed, /^medium +CVE-2018-16487 +lodash +4\.17\.4 +4\.17\.11 +[0-9a-f]{12} +fixed$/m);
    assert.match(printed, /^findings +2: .*; 2 with a fix$/m);
  });

  it("shows packages without advisory data, and says that findings are not known and how to get them", async () => {
    const { printed, remarked } = await scan("none");

    assert.match(printed, /^npm {2}1$/m);
    assert.match(remarked, /findings: no data, .*tidewaiter db update/);
  });

  it("leaves findings out when told to, and insists on them when told to", async () => {
    const { printed, remarked } = await scan("data", "--no-vulns");

    assert.match(printed, /^npm {2}1$/m);
    assert.doesNotMatch(remarked, /findings/);
    await assert.rejects(
      scan("none", "--vulns"),
      (error) => error instanceof BrokerError && error.code === "ADVISORIES_MISSING",
    );
  });

  it("writes the inventory with its findings as JSON, and without a word of findings where there is no data", async () => {
    const [known, unknown] = [await scan("data", "--format", "json"), await scan("none", "--format", "json")];

    const { packages, findings } = JSON.parse(known.printed);
    assert.deepEqual([packages.length, findings.length], [1, 2]);
    assert.ok(!("findings" in JSON.parse(unknown.printed)));
  });

  it("ends with the code of a broken policy once the findings are out", async () => {
    await assert.rejects(
      scan("data", "--fail-on", "medium"),
      (error) => error instanceof BrokerError && error.exitCode === 3,
    );
  });
});
