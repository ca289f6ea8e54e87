import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { missing, withoutRoot } from "../../support/requirements.ts";
import { debianImage, startAgentFixture } from "./agent-fixture.ts";

describe("a full disk", { skip: withoutRoot() || missing("mount", "umount"), timeout: 180_000 }, () => {
  it("is said to the caller, loses no accepted scan, and is got over when there is room again", async (t) => {
    const mount = mkdtempSync(join(tmpdir(), "tidewaiter-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "none", mount]);
    t.after(() => {
      execFileSync("umount", ["--lazy", mount]);
      rmSync(mount, { recursive: true, force: true });
    });
    const fixture = await startAgentFixture({ TIDEWAITER_DATA_DIR: mount, TIDEWAITER_LEASE_MS: "1000" });
    const held = Promise.withResolvers<void>();
    const client = await fixture.client("disk", {
      before: [(_req, _res, next) => void held.promise.then(() => next())],
    });
    // The result has to be larger than what is left in the database's pages.
    const names = Object.fromEntries(
      Array.from({ length: 9_000 }, (_, at) => [`p${at}-${(at * 7919) % 99_991}`, `${at * 31}.${at}`]),
    );
    client.registry.push("app", "latest", await debianImage(names));
    await fixture.scan(client, { scanId: "before", repository: "app" });
    fill(join(mount, "filler"));

    held.resolve();
    await delay(1_500);
    const refused = await fillUntilRefused(() =>
      fixture.scan(client, { scanId: crypto.randomUUID(), repository: "app" }),
    );
    const early = client.sink.received.filter(({ path }) => path.endsWith("/result")).length;
    rmSync(join(mount, "filler"));
    const result = await client.sink.until(({ path, body }) => path.endsWith("/result") && body.scanId === "before");
    await fixture.close();

    assert.deepEqual([refused.status, refused.body.code], [507, "DISK_FULL"]);
    assert.equal(early, 0);
    assert.equal(result.body.state, "Complete");
  });
});

function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(4_096));
  } catch {
    closeSync(file);
  }
}

/** The log of the database has some room of its own, so that a few scans still fit. */
async function fillUntilRefused<T extends { readonly status: number }>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await work();
    if (answer.status !== 202) return answer;
  }
}
