// Joins each program of an app, its threads too, with all that it imports: a start then finds, reads and links five files
// instead of eight hundred, which halves its time. What is imported on demand stays a file of its own. Of the packages
// that went in, manifest and licence are kept at their places, for people and for scanners.
import { chmodSync, cpSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";

const THREAD = /new URL\("(\.\/[^"]+\.[jt]s)", import\.meta\.url\)/;
const OWN_CODE = /\/packages\/[^/]+\/src\//;
const PACKAGE = /^.*\/(?:node_modules\/(?:@[^/]+\/)?|packages\/)[^/]+/;
const LICENCE = /^(licen[cs]e|notice|copying)\b/i;

const [, , target = "", ...entries] = process.argv;
const folder = dirname(entries[0] ?? "");
const programs = new Map(entries.map((entry) => [nameOf(entry), resolve(entry)]));

/** The compile cache and stack traces show it, so it is the name of the source. */
function nameOf(path) {
  return basename(path).replace(/\.[jt]s$/, "");
}

const plugin = {
  name: "keep-places",
  /** What a package asks for and is not installed is optional: the import fails when it is reached, as without a bundle. */
  async resolveId(id, importer, { kind }) {
    if (!importer?.includes("/node_modules/") || id.startsWith("node:")) return undefined;
    return (await this.resolve(id, importer, { kind, skipSelf: true })) ?? { id, external: true };
  },
  transform: {
    filter: { id: OWN_CODE },
    /** Threads become programs. What else `import.meta.url` and the lazy `load` of a module lead to stays as it was. */
    handler(code, id) {
      const place = relative(folder, id);
      const parts = code.split(THREAD);
      return parts.map((part, at) => (at % 2 ? thread(resolve(dirname(id), part)) : stay(part, place))).join("");
    },
  },
};

function thread(path) {
  const name = nameOf(path);
  if ((programs.get(name) ?? path) !== path) throw new Error(`two programs are called ${name}`);
  programs.set(name, path);
  return `new URL("./${name}.js", import.meta.url)`;
}

function stay(code, place) {
  return code
    .replaceAll("import.meta.url", `new URL("${place}", import.meta.url).href`)
    .replaceAll(/\bload\("([^"]+)"\)/g, 'require("$1")');
}

/** The packages whose code went into the program. */
async function joinProgram(name, input) {
  const bundle = await rolldown({ input: { [name]: input }, platform: "node", plugins: [plugin] });
  // Errors carry the name of their class, so that a class keeps its own where two have the same.
  const { output } = await bundle.write({ dir: join(target, folder), format: "esm", keepNames: true });
  return output.flatMap(({ moduleIds = [] }) => moduleIds.flatMap((id) => PACKAGE.exec(id) ?? []));
}

/** Some packages have their licence in the README only. */
function keptFiles(files) {
  const hasLicence = files.some((file) => LICENCE.test(file));
  const licence = hasLicence ? LICENCE : /^readme\b/i;
  return files.filter((file) => file === "package.json" || file === "data" || licence.test(file));
}

const packages = new Set();
// The list grows while it is walked: a program names its threads.
for (const [name, input] of programs) for (const path of await joinProgram(name, input)) packages.add(path);
for (const entry of entries) chmodSync(join(target, folder, basename(entry)), 0o755);
for (const path of packages) {
  for (const file of keptFiles(readdirSync(path)))
    cpSync(join(path, file), join(target, relative(".", path), file), { recursive: true });
}
