import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { createBlobCheck } from "./verify.ts";

const bytes = Buffer.from("the bytes of a layer");
const describeBytes = (algorithm: "sha256" | "sha512", content: Buffer) => ({
  mediaType: "",
  digest: `${algorithm}:${createHash(algorithm).update(content).digest("hex")}`,
  size: bytes.length,
});

describe("createBlobCheck", () => {
  for (const algorithm of ["sha256", "sha512"] as const) {
    it(`takes bytes in any pieces that give the ${algorithm} digest, and no others`, () => {
      const good = createBlobCheck(describeBytes(algorithm, bytes));
      const other = createBlobCheck(describeBytes(algorithm, Buffer.from("other bytes")));
      for (const check of [good, other]) {
        check.update(bytes.subarray(0, 7));
        check.update(bytes.subarray(7));
      }

      good.finish();
      assert.throws(() => other.finish(), { code: "DIGEST_MISMATCH" });
    });
  }

  it("refuses fewer bytes at the end, and more as soon as they come", () => {
    const check = createBlobCheck(describeBytes("sha256", bytes));
    check.update(bytes.subarray(1));

    assert.throws(() => check.finish(), { code: "DIGEST_MISMATCH" });
    assert.throws(() => check.update(bytes), { code: "DIGEST_MISMATCH" });
  });
});
