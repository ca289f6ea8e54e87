import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import {
  openSqliteEngine,
  type SqlAnswer,
  type SqlFault,
  type SqliteEngine,
  type SqlRequest,
  toFault,
} from "./sqlite-engine.ts";

export interface WorkerCall {
  readonly id: number;
  readonly request: SqlRequest | { readonly kind: "close" };
}
/** `id` 0 tells whether the file could be opened. */
export interface WorkerReply {
  readonly id: number;
  readonly answer?: SqlAnswer;
  readonly error?: SqlFault;
}

type Port = NonNullable<typeof parentPort>;
const MAX_GROUP = 64;

if (parentPort) serve(parentPort, String(workerData));

function serve(port: Port, path: string): void {
  const engine = open(port, path);
  if (!engine) {
    port.close();
    return;
  }
  port.on("message", (first: WorkerCall) => {
    const calls = [first, ...takeWaiting(port, MAX_GROUP - 1)];
    answerGroup(port, engine, calls);
    const closing = calls.find(({ request }) => request.kind === "close");
    if (!closing) return;
    engine.close();
    port.postMessage({ id: closing.id } satisfies WorkerReply);
    port.close();
  });
}

function answerGroup(port: Port, engine: SqliteEngine, calls: readonly WorkerCall[]): void {
  const work = calls.flatMap(({ id, request }) => (request.kind === "close" ? [] : [{ id, request }]));
  const outcomes = engine.runGroup(work.map(({ request }) => request));
  for (const [at, { id }] of work.entries()) port.postMessage({ id, ...outcomes[at] } satisfies WorkerReply);
}

function open(port: Port, path: string): SqliteEngine | undefined {
  try {
    const engine = openSqliteEngine(path);
    port.postMessage({ id: 0 } satisfies WorkerReply);
    return engine;
  } catch (error) {
    port.postMessage({ id: 0, error: toFault(error) } satisfies WorkerReply);
    return undefined;
  }
}

/** What came in while the last group was written to the disk goes into the next one together. */
function takeWaiting(port: Port, limit: number): WorkerCall[] {
  const calls: WorkerCall[] = [];
  while (calls.length < limit) {
    const next = receiveMessageOnPort(port);
    if (!next) return calls;
    calls.push(next.message as WorkerCall);
  }
  return calls;
}
