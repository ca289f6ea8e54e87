import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { generatedDocs } from "./docs/generated-docs.ts";

/** Writes what is generated from the schemas: `.env.example` and `docs/reference/`. `node scripts/run.js docs` */
export async function main(): Promise<number> {
  for (const [path, text] of Object.entries(generatedDocs())) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stdout.write(`${path}\n`);
  }
  return 0;
}
