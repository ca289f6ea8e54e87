import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { BrokerError, type ErrorCode, silentLogger, systemClock } from "@tidewaiter/runtime";
import { openStore, type Store } from "../store/open.ts";
import { type Bench, createBench } from "../test-data.ts";
import type { AgentScanStatus, AgentScans } from "./agent-scans.ts";
import { type DispatcherOptions, tick } from "./dispatcher.ts";
import { finishScan, type ScanEnd } from "./finish-scan.ts";
import type { ScanRow } from "./scan-view.ts";
import { createSendScan } from "./send-scan.ts";

const LEASE_MS = 60_000;
const TIMEOUT_MS = 3_600_000;

/** An agent in a box: what it was sent, and how it answers. */
interface BoxedAgent extends AgentScans {
  readonly sent: { id: string; attempt: number }[];
  readonly stopped: string[];
  refusal: ErrorCode | undefined;
  known: AgentScanStatus | undefined;
}

function boxedAgent(): BoxedAgent {
  const box: BoxedAgent = {
    sent: [],
    stopped: [],
    refusal: undefined,
    known: undefined,
    async send(_connectionId, { scanId, attempt }) {
      if (box.refusal) throw new BrokerError(box.refusal, "refused");
      box.sent.push({ id: scanId, attempt });
    },
    async status() {
      if (box.refusal) throw new BrokerError(box.refusal, "refused");
      return box.known;
    },
    async stop(_connectionId, scanId) {
      box.stopped.push(scanId);
    },
  };
  return box;
}

describe("dispatcher", () => {
  let folder: string;
  let store: Store;
  let bench: Bench;
  let agent: BoxedAgent;
  let options: DispatcherOptions;
  let connection: string;
  let nowMs: number;
  const clock = { ...systemClock, now: () => nowMs };

  beforeEach(async () => {
    nowMs = Date.now();
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-dispatcher-"));
    store = await openStore({ path: ":memory:" });
    bench = await createBench(store.db, folder, false);
    agent = boxedAgent();
    connection = await bench.connection("harbor");
    options = createOptions([connection]);
  });
  afterEach(async () => {
    await bench.matcher.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  function createOptions(live: readonly string[]): DispatcherOptions {
    const { db } = store;
    const common = { db, clock, log: silentLogger, agent };
    const finish = async (id: string, end: ScanEnd) => void (await finishScan(db, id, end, nowMs));
    const timing = {
      leaseMs: LEASE_MS,
      maxAttempts: 3,
      scanTimeoutMs: TIMEOUT_MS,
      agentWaitMs: 30_000,
      retryMs: 5_000,
    };
    const send = createSendScan({ ...common, ...timing, nonces: bench.nonces, finish, changed: () => {} });
    const lease = { leaseMs: LEASE_MS, unreachableMs: 5_000 };
    return { ...common, send, lease, liveConnections: () => live, inFlight: 2, tickMs: 1_000, leads: () => true };
  }

  const round = () => tick(options, AbortSignal.timeout(10_000));
  const rowOf = (id: string): Promise<ScanRow> =>
    store.db.selectFrom("scans").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const errorOf = (row: ScanRow): string => JSON.parse(row.error ?? "{}").code;

  it("sends the oldest scans first and no more than the window takes", async () => {
    const scans = [];
    for (const tag of ["1", "2", "3"]) scans.push(await bench.queue(connection, "app", tag));

    await round();
    await round();

    assert.deepEqual(
      agent.sent.map(({ id }) => id),
      scans.slice(0, 2).map(({ id }) => id),
    );
  });

  it("leaves scans of a connection without a client waiting", async () => {
    const away = await bench.connection("away");
    const scan = await bench.queue(away, "app", "1");

    await round();

    assert.deepEqual(agent.sent, []);
    assert.equal((await rowOf(scan.id)).state, "Queued");
  });

  it("asks the agent when a lease runs out, and waits on while it has the scan", async () => {
    const scan = await bench.queue(connection, "app", "1");
    await round();
    agent.known = { state: "Scanning", attempt: 1 };
    nowMs += LEASE_MS + 1;

    await round();

    const row = await rowOf(scan.id);
    assert.deepEqual([row.state, row.attempt, agent.sent.length], ["Scanning", 1, 1]);
    assert.equal(row.lease_until, nowMs + LEASE_MS);
  });

  it("sends a scan again that the agent lost, three times in all, then fails it with a code", async () => {
    const scan = await bench.queue(connection, "app", "1");
    for (let tries = 0; tries < 4; tries += 1) {
      await round();
      nowMs += LEASE_MS + 1;
    }

    const row = await rowOf(scan.id);
    assert.deepEqual(
      agent.sent.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
    assert.deepEqual([row.state, errorOf(row)], ["Failed", "SCAN_LOST"]);
  });

  it("does not count a scan as running while its agent cannot be asked, and asks again when it is back", async () => {
    const scan = await bench.queue(connection, "app", "1");
    await round();
    await store.db.updateTable("scans").set({ state: "Scanning" }).where("id", "=", scan.id).execute();
    agent.refusal = "NO_CONNECTION";
    nowMs += LEASE_MS + 1;
    await round();
    const away = await rowOf(scan.id);
    agent.refusal = undefined;
    agent.known = { state: "Scanning" };
    nowMs += 5_001;
    await round();

    assert.equal(away.state, "Queued");
    assert.deepEqual([(await rowOf(scan.id)).state, agent.sent.length], ["Scanning", 1]);
  });

  it("fails a scan at its wall-clock limit and tells the agent", async () => {
    const scan = await bench.queue(connection, "app", "1");
    await round();
    agent.known = { state: "Scanning" };
    nowMs += TIMEOUT_MS + 1;

    await round();

    const row = await rowOf(scan.id);
    assert.deepEqual([row.state, errorOf(row), agent.stopped], ["Failed", "SCAN_TIMEOUT", [scan.id]]);
  });

  it("fails a scan whose connection never came", async () => {
    const away = await bench.connection("away");
    const scan = await bench.queue(away, "app", "1");
    nowMs = scan.deadline_at;

    await round();

    assert.equal(errorOf(await rowOf(scan.id)), "NO_CONNECTION");
  });

  it("pauses a connection whose agent has a full queue, without using up an attempt", async () => {
    const scan = await bench.queue(connection, "app", "1");
    agent.refusal = "RATE_LIMITED";
    await round();
    agent.refusal = undefined;
    await round();
    const paused = agent.sent.length;
    nowMs += 5_001;
    await round();

    assert.equal(paused, 0);
    assert.deepEqual(agent.sent, [{ id: scan.id, attempt: 1 }]);
  });

  it("fails a scan that the agent refuses, with the agent's code", async () => {
    const scan = await bench.queue(connection, "app", "1");
    agent.refusal = "REFERENCE_INVALID";

    await round();

    assert.equal(errorOf(await rowOf(scan.id)), "REFERENCE_INVALID");
  });

  it("waits for an agent that went away while it took a scan, and sends the same attempt again", async () => {
    const scan = await bench.queue(connection, "app", "1");
    agent.refusal = "DOWNSTREAM_ERROR";
    for (let tries = 0; tries < 4; tries += 1) {
      await round();
      nowMs += 5_001;
    }

    agent.refusal = undefined;
    await round();

    assert.deepEqual(agent.sent, [{ id: scan.id, attempt: 1 }]);
    assert.equal((await rowOf(scan.id)).state, "Queued");
  });

  it("gives up on an agent that stays away for longer than it may", async () => {
    const scan = await bench.queue(connection, "app", "1");
    agent.refusal = "DOWNSTREAM_UNREACHABLE";
    for (let tries = 0; tries < 8; tries += 1) {
      await round();
      nowMs += 5_001;
    }

    assert.equal(errorOf(await rowOf(scan.id)), "DOWNSTREAM_UNREACHABLE");
  });
});
