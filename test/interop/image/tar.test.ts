import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { analyseImage } from "@tidewaiter/image";
import { expandSparse } from "../../../packages/image/src/layer/sparse.ts";
import { TarWalk } from "../../../packages/image/src/layer/tar-walk.ts";
import { imageOfTars } from "../../support/built-image.ts";
import { missing } from "../../support/requirements.ts";

const DEEP = Array.from({ length: 14 }, (_, index) => `folder-with-a-long-name-${index}`).join("/");

function lockOf(name: string): string {
  return JSON.stringify({ packages: { [`node_modules/${name}`]: { version: "1.0.0" } } });
}

/** Eight pieces of text with holes between and behind them: more than the old header itself has room for. */
function writeSparse(path: string): void {
  const hole = 64 * 1024;
  const file = openSync(path, "w");
  for (let piece = 0; piece < 8; piece += 1) writeSync(file, `piece ${piece}`, piece * hole);
  closeSync(file);
  truncateSync(path, hole * 9);
}

describe("archives written by GNU tar", { skip: missing("tar") }, () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "tar-"));
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    write("short/package-lock.json", lockOf("short"));
    write(`${DEEP}/package-lock.json`, lockOf("deep"));
    write("hard/package-lock.json", lockOf("hard"));
    write("store/blob", lockOf("stored"));
    write("linked/keep", "");
    linkSync(join(folder, "store/blob"), join(folder, "linked/package-lock.json"));
    mkdirSync(join(folder, "soft"));
    symlinkSync(`../${DEEP}/package-lock.json`, join(folder, "soft/package-lock.json"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function namesIn(...args: readonly string[]): Promise<string[]> {
    const tar = execFileSync("tar", ["-C", folder, "-cf", "-", ...args, "."], { maxBuffer: 64 * 1024 * 1024 });
    const { packages } = await analyseImage(imageOfTars([tar]));
    return packages.map(({ name }) => name);
  }

  for (const format of ["gnu", "oldgnu", "posix"]) {
    it(`${format}: long names, and hard links whether link or file comes first`, async () => {
      assert.deepEqual(await namesIn(`--format=${format}`), ["deep", "hard", "short", "stored"]);
      assert.deepEqual(await namesIn(`--format=${format}`, "--sort=name"), ["deep", "hard", "short", "stored"]);
    });
  }

  for (const format of [
    ["gnu"],
    ["posix", "--sparse-version=0.0"],
    ["posix", "--sparse-version=0.1"],
    ["posix", "--sparse-version=1.0"],
  ]) {
    it(`${format.join(" ")}: files with holes`, () => {
      const path = join(folder, "sparse-blob");
      writeSparse(path);
      const args = [
        "-C",
        folder,
        "-S",
        `--format=${format[0]}`,
        ...format.slice(1),
        "-cf",
        "-",
        "sparse-blob",
        "short",
      ];
      const tar = execFileSync("tar", args, { maxBuffer: 64 * 1024 * 1024 });

      const { paths, content } = readSparse(tar, "sparse-blob");

      assert.deepEqual(paths, ["sparse-blob", "short", "short/package-lock.json"]);
      assert.ok(tar.length < 64 * 1024, "the holes were stored");
      assert.ok(content?.equals(readFileSync(path)));
    });
  }
});

/** All paths, and the content of one file with its holes put back. */
function readSparse(tar: Buffer, wanted: string): { paths: string[]; content: Buffer | undefined } {
  const paths: string[] = [];
  let content: Buffer | undefined;
  const walk = new TarWalk((entry) => {
    paths.push(entry.path);
    const parts: Buffer[] = [];
    const end = (): void => {
      if (entry.path === wanted && entry.sparse)
        content = expandSparse(entry.sparse, Buffer.concat(parts), 1024 * 1024);
    };
    return { push: (bytes) => parts.push(Buffer.from(bytes)) > 0, end };
  }, 100);
  walk.push(tar);
  walk.end();
  return { paths, content };
}
