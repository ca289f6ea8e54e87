import { spawn } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { BrokerError } from "@tidewaiter/runtime";

const FOLDER = new URL("../../../console/", import.meta.url).pathname;

/**
 * Builds the console's page when it is missing or older than its sources. Without the sources' build tool, as in an
 * image, what is there is used.
 *
 * @throws {BrokerError} INTERNAL with the tool's last lines when the build fails.
 */
export async function buildConsole(signal: AbortSignal): Promise<void> {
  const vite = [join(FOLDER, "node_modules/.bin/vite"), join(FOLDER, "../../node_modules/.bin/vite")].find(existsSync);
  if (!vite || !isStale()) return;
  const child = spawn(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: FOLDER,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => output.push(String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return;
  throw new BrokerError("INTERNAL", `the console could not be built: ${output.join("").trim().slice(-1_000)}`, {
    likely: "a source file of packages/console was changed and does not compile",
    action: "run npm run check",
  });
}

function isStale(): boolean {
  const page = join(FOLDER, "dist/index.html");
  if (!existsSync(page)) return true;
  const builtAt = statSync(page).mtimeMs;
  const sources = globSync(["src/**/*", "public/**/*", "index.html", "vite.config.*", "package.json"], { cwd: FOLDER });
  return sources.some((name) => statSync(join(FOLDER, name)).mtimeMs > builtAt);
}
