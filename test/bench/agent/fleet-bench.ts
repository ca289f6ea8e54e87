import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { listen } from "@tidewaiter/runtime";
import { createContent, registryApp } from "@tidewaiter/sample-registry";
import { startChain } from "../../../packages/cli/src/start/chain.ts";
import { buildFleet, type Fleet, type FleetShape } from "./fleet.ts";
import { limitChild } from "./memory-limit.ts";
import { findChild, memoryOf, metricOf, pin } from "./process-figures.ts";

const LIMIT_MB = 512;
const AGENT = "agent/bin/agent.js";
const LOOK_MS = 250;
const run = promisify(execFile);
const FLOOR = fileURLToPath(new URL("./floor.ts", import.meta.url));

export interface FleetFigures {
  readonly seconds: number;
  readonly bytes: number;
  readonly peakMb: number;
  readonly delayMs: number;
  readonly complete: number;
  readonly floorSeconds: number;
  /** Who held the agent to its memory. */
  readonly limitKind: string;
}

/** The fleet through server, client and agent as separate processes, the agent on one core and under a memory limit. */
export async function runFleet(shape: FleetShape): Promise<FleetFigures> {
  const registry = await startFleetRegistry(shape);
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-fleet-"));
  const port = 20_000 + (process.pid % 20_000);
  const ports = { registry: port, server: port + 1, client: port + 2, agent: port + 3 };
  const env = {
    ...process.env,
    CR_TYPE: "oci",
    CR_BASE: registry.url,
    TIDEWAITER_CR_PLAIN_HTTP: "true",
    TIDEWAITER_DATA_DIR: folder,
    MAX_ACTIVE_OPERATIONS: "1",
  };
  const [chain, limit] = await Promise.all([
    startChain({ env, ports, signal: AbortSignal.timeout(1_800_000), onReady: () => {} }),
    limitChild(AGENT, LIMIT_MB),
  ]);
  try {
    const pid = findChild(AGENT);
    pin(pid, 0);
    const startedAt = performance.now();
    const started = await chain.api.startImport(chain.connectionId, registry.fleet.references);
    let state = started;
    while (state.state === "running") {
      await delay(LOOK_MS);
      if (memoryOf(pid).now > LIMIT_MB) throw new Error(`the agent takes more than ${LIMIT_MB} MB`);
      state = await chain.api.importState(started.id);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const log = await chain.api.importLog(started.id);
    const complete = log.filter((row) => row.state === "Complete").length;
    const peakMb = memoryOf(pid).peak;
    const delayMs = (await metricOf(`http://127.0.0.1:${ports.agent}`, "nodejs_eventloop_lag_p99_seconds")) * 1000;
    const bytes = registry.bytes() / 1e6;
    await chain.stop();
    const floorSeconds = await runFloor(registry.url, registry.fleet);
    return { seconds, bytes, peakMb, delayMs, complete, floorSeconds, limitKind: limit.kind };
  } finally {
    await chain.stop();
    limit.remove();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runFloor(url: string, { layers }: Fleet): Promise<number> {
  const startedAt = performance.now();
  await run("taskset", ["-c", "0", process.execPath, FLOOR, url, ...layers.keys()]);
  return (performance.now() - startedAt) / 1000;
}

/** The registry runs in this process, which is kept off the agent's core. */
async function startFleetRegistry(shape: FleetShape) {
  const content = createContent();
  const fleet = await buildFleet(content, shape);
  let bytes = 0;
  const app = registryApp({
    content,
    before: [
      (req, res, next) => {
        const layer = req.method === "GET" ? fleet.layers.get(req.path.split("/").at(-1) ?? "") : undefined;
        if (!layer) return next();
        bytes += layer.descriptor.size;
        res.setHeader("content-length", layer.descriptor.size);
        layer.open().pipe(res);
      },
    ],
  });
  pin(process.pid, 1);
  const listener = await listen(app, { port: 0, host: "127.0.0.1" });
  return { url: listener.url, fleet, bytes: () => bytes, close: () => listener.close(0) };
}
