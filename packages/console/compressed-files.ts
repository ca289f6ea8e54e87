import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const compress = promisify(gzip);
const TEXT = /\.(html|js|css|svg|json)$/;

/**
 * Writes `name.gz` beside every text file of the build, so that a server can send it without compressing, and drops the
 * files of earlier builds. They go last: a page that is open during a rebuild of the same sources finds all it needs.
 */
export function compressedFiles(): Plugin {
  let folder = "dist";
  const built = new Set<string>();
  return {
    name: "compressed-files",
    apply: "build",
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    writeBundle: (_options, bundle) => {
      for (const name of Object.keys(bundle)) built.add(name);
    },
    async closeBundle() {
      const names = await readdir(folder, { recursive: true });
      const isOld = (name: string): boolean => name.startsWith("assets/") && !built.has(name.replace(/\.gz$/, ""));
      const texts = names.filter((name) => TEXT.test(name) && !isOld(name));
      await Promise.all(texts.map((name) => compressFile(join(folder, name))));
      await Promise.all(names.filter(isOld).map((name) => rm(join(folder, name), { force: true })));
    },
  };
}

async function compressFile(path: string): Promise<void> {
  await writeFile(`${path}.gz`, await compress(await readFile(path), { level: constants.Z_BEST_COMPRESSION }));
}
