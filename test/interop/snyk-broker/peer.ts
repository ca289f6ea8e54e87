import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Running, runNode } from "../tunnel/processes.ts";

const FOLDER = import.meta.dirname;
const CLI = join(FOLDER, "node_modules/snyk-broker/dist/cli/index.js");

/** Installs the vendor's package once from the committed lock file; a reason to skip when that fails. */
export function preparePeer(): string | false {
  if (existsSync(CLI)) return false;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const result = spawnSync("npm", args, { cwd: FOLDER, stdio: "ignore", timeout: 180_000 });
  if (result.status === 0 && existsSync(CLI)) return false;
  if (process.env.CI === "true") throw new TypeError("under CI nothing is skipped: snyk-broker cannot be installed");
  return "snyk-broker cannot be installed";
}

/** A rule file on disk, since the vendor's broker takes only paths and URLs. */
export function writeRules(rules: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), "tidewaiter-rules-")), "accept.json");
  writeFileSync(path, JSON.stringify(rules));
  return path;
}

/** Starts the vendor's server or client on the `config.default.json` beside this file: the least with which it boots. */
export function startPeer(role: "server" | "client", port: number, env: Readonly<Record<string, string>>): Running {
  const common = {
    BROKER_TYPE: role,
    PORT: String(port),
    ACCEPT_IAC: "false",
    PREFLIGHT_CHECKS_ENABLED: "false",
    IPV6_CONNECTIVITY_CHECK_ENABLED: "false",
  };
  return runNode({
    args: [CLI, role],
    cwd: FOLDER,
    nodeArgs: ["--require", join(FOLDER, "old-headers.cjs")],
    port,
    env: { ...common, ...env },
  });
}
