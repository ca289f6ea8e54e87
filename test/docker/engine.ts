import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { findProgram } from "../../scripts/set-up.ts";
import { TEST_CACHE } from "../support/test-cache.ts";

/** Images and build steps stay between runs; containers and networks do not. */
const DATA_ROOT = join(TEST_CACHE, "engine");
/** Two engines on one data folder would damage it. */
const LOCK = `${DATA_ROOT}.lock`;
const START_TRIES = 300;

/** A Docker engine of this test's own. */
export interface Engine {
  readonly docker: Docker;
  /** For programs that speak to the engine themselves: `DOCKER_HOST`. */
  readonly host: string;
  stop(): Promise<void>;
}

/**
 * Starts Debian's engine on a socket of its own. Gives the reason instead where none can run; under `CI=true` that is a
 * failure, never a silent skip.
 */
export async function startEngine(): Promise<Engine | string> {
  const dockerd = findProgram("dockerd");
  if (process.getuid?.() !== 0) return without("needs root");
  if (!dockerd) return without("not installed: dockerd");
  const folder = mkdtempSync(join(tmpdir(), "tidewaiter-engine-"));
  const host = `unix://${join(folder, "docker.sock")}`;
  const isShared = takeLock();
  const child = launch(dockerd, folder, isShared ? DATA_ROOT : join(folder, "data"), host);
  const docker = new Docker({ socketPath: join(folder, "docker.sock") });
  const stop = async (): Promise<void> => {
    await end(child);
    // The engine leaves its own network namespace mounted there.
    spawnSync("umount", [join(folder, "exec", "netns", "default")], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
    if (isShared) rmSync(LOCK, { force: true });
  };
  for (let tries = 0; tries < START_TRIES && child.exitCode === null; tries += 1) {
    const isUp = await docker.ping().then(
      () => true,
      () => false,
    );
    if (isUp) {
      await sweep(docker);
      return { docker, host, stop: () => sweep(docker).then(stop) };
    }
    await delay(100);
  }
  const log = readFileSync(join(folder, "log"), "utf8").trim().split("\n").slice(-3).join("\n");
  await stop();
  return without(`no engine can run here: ${log}`);
}

/** False while another run has the data folder. */
function takeLock(): boolean {
  mkdirSync(DATA_ROOT, { recursive: true });
  try {
    const owner = Number(readFileSync(LOCK, "utf8"));
    if (existsSync(`/proc/${owner}`)) return false;
    rmSync(LOCK);
  } catch {
    // Nobody has it.
  }
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

function launch(dockerd: string, folder: string, dataRoot: string, host: string): ChildProcess {
  const log = openSync(join(folder, "log"), "w");
  const args = ["--data-root", dataRoot, "--exec-root", join(folder, "exec"), "--host", host];
  return spawn(dockerd, [...args, "--pidfile", join(folder, "pid"), "--log-level", "warn"], {
    stdio: ["ignore", log, log],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

/** The engine is ours alone, so whatever runs there is left from a run that was cut off. */
async function sweep(docker: Docker): Promise<void> {
  const containers = await docker.listContainers({ all: true });
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  await docker.pruneNetworks();
  await docker.pruneVolumes();
}

function without(reason: string): string {
  if (process.env.CI === "true") throw new Error(`under CI nothing is skipped: ${reason}`);
  return reason;
}
