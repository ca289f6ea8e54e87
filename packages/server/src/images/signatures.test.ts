import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { acceptResult } from "../scans/accept-result.ts";
import { openStore, type Store } from "../store/open.ts";
import { type Bench, createBench, debianPackage, inventoryOf, resultOf } from "../test-data.ts";
import { isAttachedTag, markSignatures, signatureTagOf } from "./signatures.ts";

describe("signatures", () => {
  let folder: string;
  let store: Store;
  let bench: Bench;
  let connection: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-signatures-"));
    store = await openStore({ path: ":memory:" });
    bench = await createBench(store.db, folder, false);
    connection = await bench.connection("harbor");
  });
  after(async () => {
    await bench.matcher.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function list(repository: string, tags: readonly string[], isComplete: boolean): Promise<void> {
    const place = { connection_id: connection, repository };
    const none = { digest: null, size_bytes: null, pushed_at: null, platforms: "[]" };
    await store.db
      .insertInto("listings")
      .values({ ...place, fetched_at: 1, is_complete: isComplete ? 1 : 0 })
      .execute();
    for (const tag of tags)
      await store.db
        .insertInto("listed_tags")
        .values({ ...place, tag, ...none })
        .execute();
  }

  const signedOf = async (projectId: string): Promise<number | null> =>
    (await store.db.selectFrom("projects").select("is_signed").where("id", "=", projectId).executeTakeFirstOrThrow())
      .is_signed;

  it("are present when the registry has the tag that cosign writes", async () => {
    const signed = await bench.scanned(connection, "app/signed:1", [debianPackage("a", "1")]);
    const unsigned = await bench.scanned(connection, "app/signed:2", [debianPackage("b", "1")]);
    await list("app/signed", ["1", "2", signatureTagOf(signed.digest ?? "")], true);

    await markSignatures(store.db, connection, "app/signed");

    assert.deepEqual([await signedOf(signed.project_id), await signedOf(unsigned.project_id)], [1, 0]);
  });

  it("are present when the scan saw one that has no tag", async () => {
    const scan = await bench.queue(connection, "app/newer", "1");
    const inventory = inventoryOf("newer", [debianPackage("a", "1")]);
    const signature = {
      digest: inventory.image.digest,
      kind: "signature",
      artifactType: "application/vnd.dev",
    } as const;
    const signed = { ...inventory, image: { ...inventory.image, attached: [signature] } };
    await acceptResult(bench.results, connection, resultOf(scan, bench.nonces, signed), AbortSignal.timeout(10_000));
    const seen = await signedOf(scan.project_id);
    await list("app/newer", ["1"], true);

    await markSignatures(store.db, connection, "app/newer");

    assert.deepEqual([seen, await signedOf(scan.project_id)], [1, 1]);
  });

  it("are unknown as long as not all tags were read", async () => {
    const scan = await bench.scanned(connection, "app/part:1", [debianPackage("a", "1")]);
    await list("app/part", ["1"], false);

    await markSignatures(store.db, connection, "app/part");

    assert.equal(await signedOf(scan.project_id), null);
  });

  it("and other attachments are told from tags of images", () => {
    const hex = "a".repeat(64);

    for (const tag of [`sha256-${hex}.sig`, `sha256-${hex}.att`, `sha256-${hex}.sbom`, `sha256-${hex}`])
      assert.ok(isAttachedTag(tag), tag);
    for (const tag of ["latest", "sha256-abc.sig", "1.0.sig"]) assert.ok(!isAttachedTag(tag), tag);
  });
});
