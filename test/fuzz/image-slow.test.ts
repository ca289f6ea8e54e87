import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DETECTORS } from "../../packages/image/src/detectors/index.ts";
import { SAMPLES } from "../conformance/image-samples.ts";

const BYTES = 32 * 1024;
/** Beginnings that lead patterns and parsers to look far ahead, over and over. */
const BEGINNINGS = [
  " ",
  "\n",
  "\n ",
  "a",
  "-1",
  "- ",
  ",",
  "[",
  "{",
  '"',
  "/*",
  "//",
  "(",
  "<<",
  "any.",
  "hackage:a-",
  "/bin",
  "Name: x\n",
  "a=b\n",
  '"a": {:hex, :b, "',
  "{pkg,<<",
  "s.licenses = [",
  "{applications,[",
  "x==",
  "x ",
  "a:\n",
  "a@",
  "\u0000",
  "groupId=\n",
  "&a *a ",
  "[[package]]\n",
];

describe("files made to be slow", () => {
  for (const detector of DETECTORS) {
    const paths = new Set((SAMPLES[detector.id] ?? []).map(({ path }) => path));

    // Work that grows with the square of these sizes takes minutes; the limit is only there to end it.
    it(`end for ${detector.id}`, { timeout: 60_000 }, () => {
      for (const path of paths) {
        for (const beginning of BEGINNINGS) {
          for (const head of ["", "__metadata:\n"]) {
            const bytes = Buffer.from(head + beginning.repeat(BYTES / beginning.length));
            try {
              assert.ok(Array.isArray(detector.parse({ path, bytes }).packages));
            } catch (error) {
              assert.ok(error instanceof Error);
            }
          }
        }
      }
    });
  }
});
