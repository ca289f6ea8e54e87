import { Worker } from "node:worker_threads";
import { BrokerError, openDatabase } from "@tidewaiter/runtime";
import type { Sql, SqlRow } from "./sql.ts";
import { SQLITE_BUSY, SQLITE_FULL, type SqlAnswer, type SqlFault, toFault } from "./sqlite-engine.ts";
import type { WorkerCall, WorkerReply } from "./sqlite-worker.ts";

/**
 * The store of one process in one file, in a thread of its own: a commit waits for the disk, and the event loop must
 * not. The process holds the file alone, so that work which a dead predecessor had claimed can be taken over at once.
 *
 * @throws {BrokerError} CONFIG_INVALID when another process holds the file, or a newer version wrote it.
 */
export async function openSqliteSql(path: string, migrations: readonly string[]): Promise<Sql> {
  bringForward(path, migrations);
  const { call, opened } = startThread(path);
  await opened;
  return {
    engine: "sqlite",
    all: async (text, values = []) => (await call({ kind: "all", text, values })) as SqlRow[],
    get: async (text, values = []) => (await call({ kind: "get", text, values })) as SqlRow | undefined,
    run: async (text, values = []) => (await call({ kind: "run", text, values })) as number,
    batch: async (statements) => (await call({ kind: "batch", statements })) as boolean,
    close: async () => void (await call({ kind: "close" })),
  };
}

/** The schema is brought forward here, before the thread has the file. */
function bringForward(path: string, migrations: readonly string[]): void {
  try {
    openDatabase(path, { isDurable: true, migrations }).close();
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    throw translate(path, toFault(error));
  }
}

function startThread(path: string) {
  const worker = new Worker(new URL("./sqlite-worker.ts", import.meta.url), { workerData: path });
  const waiting = new Map<number, PromiseWithResolvers<SqlAnswer>>();
  let lastId = 0;
  let end: BrokerError | undefined;
  const wait = (id: number): Promise<SqlAnswer> => {
    const slot = Promise.withResolvers<SqlAnswer>();
    waiting.set(id, slot);
    // The thread keeps the process alive only while somebody waits for it.
    worker.ref();
    return slot.promise;
  };
  const fail = (cause: unknown): void => {
    end ??= new BrokerError("UNAVAILABLE", "the store of the data folder was closed", { cause });
    for (const slot of waiting.values()) slot.reject(end);
    waiting.clear();
  };
  worker.on("error", fail);
  worker.on("exit", fail);
  worker.on("message", ({ id, answer, error }: WorkerReply) => {
    const slot = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    if (error) slot?.reject(translate(path, error));
    else slot?.resolve(answer);
  });
  const call = (request: WorkerCall["request"]): Promise<SqlAnswer> => {
    if (end) return Promise.reject(end);
    lastId += 1;
    const answer = wait(lastId);
    worker.postMessage({ id: lastId, request } satisfies WorkerCall);
    return answer;
  };
  return { call, opened: wait(0) };
}

function translate(path: string, { errorNumber, message }: SqlFault): BrokerError {
  const cause = new Error(message);
  if (errorNumber === SQLITE_FULL) return new BrokerError("DISK_FULL", "the data folder's volume is full", { cause });
  if (errorNumber !== SQLITE_BUSY) return new BrokerError("INTERNAL", "internal error", { cause });
  return new BrokerError("CONFIG_INVALID", `${path} is in use by another process`, {
    cause,
    likely: "another agent runs with the same data folder",
    action: "give each its own TIDEWAITER_DATA_DIR, or let them share a PostgreSQL with DATABASE_URL",
  });
}
