import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { BrokerError } from "@tidewaiter/runtime";
import { zipFiles } from "../feeds/bucket.test-support.ts";
import { temporaryFolder } from "../test-support.ts";
import { DEFAULT_ZIP_LIMITS, readZip } from "./zip.ts";

describe("zip archives", () => {
  const folder = temporaryFolder();
  after(() => rmSync(folder, { recursive: true }));
  const read = (bytes: Buffer, limits = DEFAULT_ZIP_LIMITS): string[] => {
    writeFileSync(`${folder}/a.zip`, bytes);
    return [...readZip(`${folder}/a.zip`, limits)].map(({ name, bytes: content }) => `${name}=${content}`);
  };
  const isRefused = (error: unknown): boolean => error instanceof BrokerError && error.code === "ADVISORIES_INVALID";
  const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });

  it("give their files in order", () => {
    assert.deepEqual(read(zipFiles([file("a.json", "1"), file("b.json", "22")])), ["a.json=1", "b.json=22"]);
  });

  it("keep out of folders", () => {
    assert.deepEqual(read(zipFiles([file("../../etc/passwd", "x"), file("a\\b", "x"), file("c", "y")])), ["c=y"]);
  });

  it("are refused when a name comes twice", () => {
    assert.throws(() => read(zipFiles([file("a", "1"), file("a", "2")])), isRefused);
  });

  it("are refused when an entry unpacks to more than it says", () => {
    const bomb = { name: "a", bytes: Buffer.alloc(10_000_000), claimedSize: 100 };

    assert.throws(() => read(zipFiles([bomb])), isRefused);
  });

  it("are refused beyond the limits of size, ratio and number", () => {
    const large = { name: "a", bytes: Buffer.alloc(2_000_000) };

    assert.throws(() => read(zipFiles([large])), isRefused);
    assert.throws(() => read(zipFiles([file("a", "123")]), { ...DEFAULT_ZIP_LIMITS, maxEntryBytes: 2 }), isRefused);
    assert.throws(
      () => read(zipFiles([file("a", "1"), file("b", "2")]), { ...DEFAULT_ZIP_LIMITS, maxEntries: 1 }),
      isRefused,
    );
    assert.throws(
      () => read(zipFiles([file("a", "1"), file("b", "2")]), { ...DEFAULT_ZIP_LIMITS, maxTotalBytes: 1 }),
      isRefused,
    );
  });

  it("are refused when cut off at any place or with any byte of a record changed", () => {
    const good = zipFiles([file("a.json", JSON.stringify({ id: "CVE-1" })), file("b.json", "{}")]);
    const whole = read(good);

    for (let length = 0; length < good.length; length += 1)
      assert.throws(() => read(good.subarray(0, length)), isRefused);
    for (let at = 0; at < good.length; at += 1) {
      const damaged = Buffer.from(good);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      try {
        // Bytes that nobody reads may differ; what is read may not.
        assert.deepEqual(
          read(damaged)
            .map((text) => text.split("=")[1])
            .filter((text) => !whole.some((line) => line.endsWith(`=${text}`))),
          [],
        );
      } catch (error) {
        assert.ok(isRefused(error), String(error));
      }
    }
  });
});
