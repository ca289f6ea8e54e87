// Joins the modules of an installed package to one file for each of its entries: kysely alone is 250 files, and finding,
// reading and linking them took a sixth of the server's start. What the package exports, and from where, stays as it is.
import { readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const [, , folder = ""] = process.argv;
const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const files = Object.values(exports).map((entry) => entry.default ?? entry);
const entries = files.flatMap((file) => /^\.\/dist\/(.*)\.js$/.exec(file)?.[1] ?? []);
const joined = join(folder, "joined");

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, join(folder, "dist", `${name}.js`)])),
  platform: "node",
  treeshake: false,
  external: (id) => !id.startsWith(".") && !id.startsWith("/"),
});
await bundle.write({ dir: joined, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" });
rmSync(join(folder, "dist"), { recursive: true });
renameSync(joined, join(folder, "dist"));
