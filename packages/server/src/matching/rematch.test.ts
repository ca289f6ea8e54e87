import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { buildAdvisoryStore, SAMPLE_ADVISORIES } from "@tidewaiter/advisories";
import type { Finding } from "@tidewaiter/inventory";
import { silentLogger, systemClock } from "@tidewaiter/runtime";
import { openStore, type Store } from "../store/open.ts";
import { type Bench, createBench, debianPackage } from "../test-data.ts";
import { pack, unpack } from "./packing.ts";
import { type RematchOptions, rematchAll } from "./rematch.ts";

const BUILT = "2099-01-01T00:00:00.000Z";
const NEW_FLAW = {
  id: "DEBIAN-CVE-2099-1",
  modified: "2098-12-31T00:00:00Z",
  upstream: ["CVE-2099-1"],
  affected: [
    {
      package: { ecosystem: "Debian:12", name: "openssl" },
      ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }],
    },
  ],
};

describe("inventories after an update of the advisories", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidewaiter-rematch-"));
  let store: Store;
  let bench: Bench;
  before(async () => {
    store = await openStore({ path: ":memory:" });
    bench = await createBench(store.db, folder);
  });
  after(async () => {
    await bench.matcher.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function inventoryWith(name: string) {
    const rows = await store.db.selectFrom("inventories").select(["id", "findings", "generation"]).execute();
    const read = rows.map((row) => ({ ...row, findings: unpack<Finding[]>(row.findings ?? pack([])) }));
    const row = read.find(({ findings }) => findings.some(({ package: found }) => found.name === name));
    assert.ok(row);
    return row;
  }

  const rematch = (onNewFindings: RematchOptions["onNewFindings"]): Promise<number> =>
    rematchAll(
      {
        db: store.db,
        clock: systemClock,
        log: silentLogger,
        matcher: bench.matcher,
        generation: () => BUILT,
        rulesFor: async () => [],
        onNewFindings,
        onChanged: () => {},
      },
      AbortSignal.timeout(20_000),
    );

  it("are matched again, all or nothing, where it changed one of their packages, and only there", async () => {
    const connection = await bench.connection("harbor");
    await bench.scanned(connection, "app/ssl:1", [debianPackage("openssl", "3.0.9-1")]);
    await bench.scanned(connection, "app/tar:1", [debianPackage("tar", "1.34+dfsg-1.2")]);
    const tar = await inventoryWith("tar");
    // Whoever unpacked it would fail.
    const unreadable = { body: new Uint8Array([1]) };
    await store.db.updateTable("inventories").set(unreadable).where("id", "=", tar.id).execute();
    writeFileSync(join(folder, "new.json"), JSON.stringify(NEW_FLAW));
    buildAdvisoryStore(join(folder, "advisories.db"), {
      sources: [SAMPLE_ADVISORIES, join(folder, "new.json")],
      builtAt: BUILT,
    });

    const failed = await rematch(async () => Promise.reject(new Error("the process dies here")));
    const between = await inventoryWith("openssl");
    const count = await rematch(async (news) => void bench.news.push(news));

    const [ssl, same] = [await inventoryWith("openssl"), await inventoryWith("tar")];
    assert.deepEqual([failed, count], [1, 1]);
    assert.ok(
      between.findings.every(({ id }) => id !== "CVE-2099-1"),
      "nothing of a re-match that did not end is kept",
    );
    assert.deepEqual([ssl.generation, same.generation], [BUILT, BUILT]);
    assert.ok(ssl.findings.some(({ id }) => id === "CVE-2099-1"));
    assert.deepEqual(same.findings, tar.findings);
    const news = bench.news.at(-1)?.facts.map(({ advisory }) => advisory);
    assert.deepEqual(news, ["CVE-2099-1"]);
  });
});
