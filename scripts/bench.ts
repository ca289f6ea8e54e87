import { globSync } from "node:fs";
import { basename } from "node:path";

/**
 * `npm run bench -- <name> [--prepare | --quick]` runs one of `test/bench/`. Each prints a table of medians and, as its
 * last line, one JSON object with the figures.
 */
export async function main([name, ...args]: readonly string[]): Promise<number> {
  const names = globSync("test/bench/*.ts")
    .map((path) => basename(path, ".ts"))
    .sort();
  if (!name || !names.includes(name)) {
    process.stderr.write(`usage: npm run bench -- <${names.join(" | ")}> [--prepare | --quick]\n`);
    return 2;
  }
  const bench: { main(args: readonly string[]): Promise<number> } = await import(`../test/bench/${name}.ts`);
  return await bench.main(args);
}
