import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const compress = promisify(gzip);

/** Writes `name.gz` beside every text file of the build, so that a server can send it without compressing. */
export function compressedFiles(): Plugin {
  let folder = "dist";
  return {
    name: "compressed-files",
    apply: "build",
    configResolved: ({ root, build }) => {
      folder = join(root, build.outDir);
    },
    async closeBundle() {
      const names = await readdir(folder, { recursive: true });
      const texts = names.filter((name) => /\.(html|js|css|svg|json)$/.test(name)).map((name) => join(folder, name));
      await Promise.all(texts.map(compressFile));
    },
  };
}

async function compressFile(path: string): Promise<void> {
  await writeFile(`${path}.gz`, await compress(await readFile(path), { level: constants.Z_BEST_COMPRESSION }));
}
