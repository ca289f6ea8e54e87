import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, globSync, mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { missing } from "./requirements.ts";

/** Where Debian keeps the server's programs, the newest first; they are in no user's path. */
const PROGRAMS = globSync("/usr/lib/postgresql/*/bin/initdb").map(dirname).sort().reverse();

/** For a suite's `skip`: what is missing to run a PostgreSQL server, or false. */
export function withoutPostgres(): string | false {
  return missing("postgresql");
}

export interface PostgresServer {
  readonly url: string;
  /** As a crash of the machine would; `start` brings it back with what was committed. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A real server on loopback with a data folder of its own. As root it runs as `postgres`, since it refuses root. */
export async function startPostgres(): Promise<PostgresServer> {
  const [programs = ""] = PROGRAMS;
  const folder = mkdtempSync(join(tmpdir(), "tidewaiter-postgres-"));
  const account = process.getuid?.() === 0 ? accountOf("postgres") : undefined;
  if (account) chownSync(folder, account.uid, account.gid);
  const data = join(folder, "data");
  const initial = ["-D", data, "-U", "tidewaiter", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"];
  execFileSync(join(programs, "initdb"), initial, { ...account, stdio: "pipe", cwd: folder });
  const port = await freePort();
  const run = async () => {
    const args = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder, "-c", "fsync=off"];
    const child = spawn(join(programs, "postgres"), args, { ...account, stdio: "ignore", cwd: folder });
    await untilReady(join(programs, "pg_isready"), port);
    return child;
  };
  let child = await run();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    url: `postgres://tidewaiter@127.0.0.1:${port}/postgres`,
    // SIGQUIT is PostgreSQL's immediate stop: no checkpoint, recovery at the next start.
    kill: () => end("SIGQUIT"),
    start: async () => {
      child = await run();
    },
    close: async () => {
      await end("SIGINT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(program: string, port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      execFileSync(program, ["-q", "-h", "127.0.0.1", "-p", String(port)]);
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error("the PostgreSQL server did not start");
}

function accountOf(name: string): { uid: number; gid: number } {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((text) => text.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
