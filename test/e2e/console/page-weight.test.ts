import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { buildConsole } from "../../../packages/cli/src/start/console-build.ts";

const DIST = fileURLToPath(new URL("../../../packages/console/dist/", import.meta.url));
const MAX_BYTES = 150_000;
const BUILD_MS = 120_000;
/** Names that are no addresses: nobody fetches a namespace. */
const NAMESPACES = ["http://www.w3.org/"];

describe("the built console", () => {
  before(() => buildConsole(AbortSignal.timeout(BUILD_MS)));

  it("weighs less than 150 kB compressed, all pages together", () => {
    const bytes = files()
      .filter((path) => path.endsWith(".gz"))
      .reduce((sum, path) => sum + statSync(path).size, 0);

    assert.ok(bytes > 10_000 && bytes < MAX_BYTES, `${bytes} bytes`);
  });

  it("names no other host, and holds neither inline scripts nor inline styles", () => {
    const page = readFileSync(join(DIST, "index.html"), "utf8");
    const styles = files().filter((path) => path.endsWith(".css"));
    const foreign = [page, ...styles.map((path) => readFileSync(path, "utf8"))]
      .flatMap((text) => text.match(/(https?:)?\/\/[\w.-]+\//g) ?? [])
      .filter((address) => !NAMESPACES.includes(address));

    assert.deepEqual(foreign, []);
    assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });
});

function files(): string[] {
  return readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
