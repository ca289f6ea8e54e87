import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { EVERYTHING } from "../access/principal.ts";
import { openStore, type Store } from "../store/open.ts";
import { type Bench, createBench, debianPackage } from "../test-data.ts";
import { baseOf, readFromLines, saveDockerfile } from "./base-image.ts";

describe("FROM lines", () => {
  it("name images, not stages, and scratch is none", () => {
    const text =
      "FROM --platform=linux/amd64 node:24 AS build\nRUN x\nfrom build as test\nFROM scratch\nFROM \\\n  debian:12\n";

    assert.deepEqual(readFromLines(text), ["node:24", "debian:12"]);
  });
});

describe("base image", () => {
  const VULNERABLE = debianPackage("openssl", "3.0.9-1");
  const CLEAN = debianPackage("tar", "99.0-1");
  let folder: string;
  let store: Store;
  let bench: Bench;
  let connection: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-base-"));
    store = await openStore({ path: ":memory:" });
    bench = await createBench(store.db, folder);
    connection = await bench.connection("harbor");
  });
  after(async () => {
    await bench.matcher.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("is the image with the most of the lowest layers", async () => {
    await bench.scanned(connection, "base/os:12", [CLEAN], ["os"]);
    const runtime = await bench.scanned(connection, "base/node:24", [CLEAN], ["os", "node"]);
    await bench.scanned(connection, "other/app:1", [CLEAN], ["os", "python", "other"]);
    const app = await bench.scanned(connection, "shop/app:1", [VULNERABLE], ["os", "node", "app"]);

    const { base, from } = await baseOf(store.db, EVERYTHING, app.image_id ?? "");

    assert.deepEqual(
      [base?.imageId, base?.repository, base?.layers, base?.references],
      [runtime.image_id, "base/node", 2, ["24"]],
    );
    assert.deepEqual(from, []);
  });

  it("says why there is no advice, and remembers the Dockerfile of the repository", async () => {
    const alone = await bench.scanned(connection, "shop/alone:1", [CLEAN], ["unique"]);
    const save = (text: string) => saveDockerfile(store.db, EVERYTHING, alone.image_id ?? "", text, Date.now());
    await assert.rejects(save("{ not: a Dockerfile }"), { code: "INPUT_INVALID", message: /FROM/ });
    await save("FROM debian:12");

    const { base, advice, reason, from } = await baseOf(store.db, EVERYTHING, alone.image_id ?? "");

    assert.deepEqual([base, advice, from], [null, [], ["debian:12"]]);
    assert.match(reason ?? "", /import its base image/);
  });
});
