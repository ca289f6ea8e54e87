import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { collectWindows } from "./window-collector.ts";

const NEEDLE = { bytes: Buffer.from("needle"), before: 4, after: 8 };

function windowsOf(body: string, chunkBytes: number): string[] {
  let found = "";
  const reader = collectWindows({
    needles: [NEEDLE],
    probe: () => true,
    done: (windows) => {
      found = windows.toString("latin1");
    },
  });
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
  reader.end();
  return found.split(/\0+/).filter((part) => part !== "");
}

describe("window collector", () => {
  it("finds the same windows however the bytes are cut", () => {
    const piece = fc.constantFrom("needle", "need", "nee", "xyz", "0123456789", "-");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 1, max: 40 }), (pieces, chunkBytes) => {
        const body = `start of the body ${pieces.join("")}`;
        const hits = [...body.matchAll(/needle/g)].map(({ index }) => body.slice(Math.max(0, index - 4), index + 14));

        assert.deepEqual(windowsOf(body, chunkBytes).sort(), hits.sort());
      }),
    );
  });

  it("gives nothing when no text is there", () => {
    assert.deepEqual(windowsOf("a body with none of it", 5), []);
  });
});
