import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";

const ENGINE = new URL("./engine.ts", import.meta.url).href;
const SCRIPT = `const { startEngine } = await import(${JSON.stringify(ENGINE)}); console.log(await startEngine());`;

describe("a machine on which no Docker engine can run", () => {
  it("gives the suites a reason to skip", () => {
    const { status, stdout } = startHere({});

    assert.equal(status, 0);
    assert.match(stdout, /no engine can run here: the kernel says no|needs root/);
  });

  it("is a failure under CI, never a silent skip", () => {
    const { status, stderr } = startHere({ CI: "true" });

    assert.equal(status, 1);
    assert.match(stderr, /under CI nothing is skipped/);
  });
});

/** Starts the engine of the suites where `dockerd` ends as it does without the rights or the kernel that it needs. */
function startHere(env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "no-engine-"));
  writeFileSync(join(folder, "dockerd"), "#!/bin/sh\necho the kernel says no\nexit 1\n", { mode: 0o755 });
  return spawnSync(process.execPath, ["--input-type=module", "--eval", SCRIPT], {
    encoding: "utf8",
    env: { PATH: `${folder}:${process.env.PATH}`, TMPDIR: tmpdir(), HOME: folder, ...env },
  });
}
