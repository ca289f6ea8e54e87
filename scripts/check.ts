import { runCommand } from "./run-command.ts";

const STEPS = [
  ["tsc", "-p", "."],
  ["tsc", "-p", "packages/console"],
  ["biome", "check", "--error-on-warnings", "."],
  ["node", "--test", "scripts/import-direction.test.ts"],
] as const;

/** Types, Biome, import direction: `npm run check`. Every step runs, so that one run names all that is wrong. */
export async function main(): Promise<number> {
  let worst = 0;
  for (const [program, ...args] of STEPS) worst = Math.max(worst, await runCommand(program, args));
  return worst;
}
