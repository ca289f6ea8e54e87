import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, it } from "node:test";
import { SAMPLE_ADVISORIES } from "@tidewaiter/advisories";
import { BrokerError, type Env, type ErrorCode } from "@tidewaiter/runtime";
import { dbCommand } from "../commands/db.ts";

describe("tidewaiter db", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "db-command-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What the command prints. */
  async function run(args: readonly string[], env: Env = {}): Promise<string> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const context = {
      env: { TIDEWAITER_DATA_DIR: folder, ...env },
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      stdin: process.stdin,
      signal: new AbortController().signal,
      setExitCode: () => {},
    };
    await dbCommand(context).parseAsync([...args], { from: "user" });
    return String(stdout.read() ?? "");
  }
  const hasCode = (code: ErrorCode) => (error: unknown) => error instanceof BrokerError && error.code === code;

  it("says that there is no data, and after an update what there is", async () => {
    await assert.rejects(run(["status"]), hasCode("ADVISORIES_MISSING"));

    const said = await run(["update", "--source", SAMPLE_ADVISORIES, "--ecosystem", "npm", "--ecosystem", "Debian"]);
    const status = JSON.parse(await run(["status", "--json"]));

    assert.match(said, /^\d+ records; there was no data before\n$/);
    assert.deepEqual(
      status.ecosystems.map(({ name }: { name: string }) => name),
      ["Debian:12", "npm"],
    );
    assert.match(await run(["status"]), /^Exploited +CISA catalogue 2025\.08\.25$/m);
    assert.match(await run(["verify"]), /: whole, built /);
  });

  it("carries data in a bundle, and says whether it is signed", async () => {
    const keys = generateKeyPairSync("ed25519");
    const signing = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const known = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
    const [bundle, database] = [join(folder, "b.tar"), join(folder, "there", "advisories.db")];
    await run(["update", "--source", SAMPLE_ADVISORIES, "--ecosystem", "*"]);

    const unsigned = await run(["export", bundle]);
    const taken = await run(["import", bundle, "--database", database]);
    await assert.rejects(
      run(["import", bundle, "--database", database], { TIDEWAITER_ADVISORY_PUBLIC_KEY: known }),
      hasCode("ADVISORIES_INVALID"),
    );
    await run(["export", bundle], { TIDEWAITER_ADVISORY_SIGNING_KEY: signing });
    const checked = await run(["import", bundle, "--database", database], { TIDEWAITER_ADVISORY_PUBLIC_KEY: known });

    assert.match(unsigned, /not signed/);
    assert.match(taken, /NOT SIGNED; there was no data before/);
    assert.match(checked, /signature verified; advisories of 0 packages changed/);
  });
});
