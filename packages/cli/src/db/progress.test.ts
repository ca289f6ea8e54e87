import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { createDbProgress } from "./progress.ts";

function streamOf(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 100,
    cursorTo() {},
    clearLine() {},
    moveCursor() {},
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => String(stream.read() ?? "") };
}

describe("progress of an update", () => {
  it("is a bar with amounts on a terminal", () => {
    const { stream, text } = streamOf(true);
    const progress = createDbProgress(stream);

    progress.update({ step: "advisories of npm", unit: "bytes", done: 2_000_000, total: 4_000_000 });
    progress.end();

    assert.match(text(), /advisories of npm.*2\.0 of 4\.0 MB/s);
  });

  it("is one line for each step elsewhere, without control characters of the step", () => {
    const { stream, text } = streamOf(false);
    const progress = createDbProgress(stream);

    for (const done of [0, 1, 2]) progress.update({ step: "advisories of \u001b[31mnpm", unit: "bytes", done });
    progress.update({ step: "import", unit: "records", done: 1 });
    progress.end();

    const lines = text().split("\n");
    assert.equal(lines.length, 3);
    assert.doesNotMatch(lines.join(""), /\u001b/);
    assert.equal(lines[1], "import");
  });
});
