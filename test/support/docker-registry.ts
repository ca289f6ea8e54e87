import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findProgram } from "../../scripts/set-up.ts";
import { freePorts } from "./free-ports.ts";

export interface DockerRegistry {
  /** `127.0.0.1:port`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Debian's docker-registry on loopback, with htpasswd when an account is given. */
export async function startDockerRegistry(account?: {
  readonly name: string;
  readonly password: string;
}): Promise<DockerRegistry> {
  const [port = 0] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), "docker-registry-"));
  writeFileSync(join(folder, "config.yml"), configOf(folder, port, Boolean(account)));
  if (account) {
    const htpasswd = execFileSync(findProgram("htpasswd") ?? "htpasswd", ["-Bbn", account.name, account.password]);
    writeFileSync(join(folder, "htpasswd"), htpasswd);
  }
  const child = spawn(findProgram("docker-registry") ?? "docker-registry", ["serve", join(folder, "config.yml")], {
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const address = `127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    if (await fetch(`http://${address}/v2/`).catch(() => undefined)) break;
    await delay(50);
  }
  return {
    address,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(folder: string, port: number, hasAccounts: boolean): string {
  const auth = hasAccounts ? `auth:\n  htpasswd:\n    realm: test\n    path: ${join(folder, "htpasswd")}\n` : "";
  return `version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: ${join(folder, "data")}\nhttp:\n  addr: 127.0.0.1:${port}\n${auth}`;
}
