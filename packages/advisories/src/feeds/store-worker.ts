import { renameSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { toBrokerError } from "@tidewaiter/runtime/errors";
import { builtAt, compareStores, recordChanges } from "../store/changes.ts";
import { checkStoreFile } from "../store/check-file.ts";
import { checkSuccessor } from "../store/successor.ts";
import { replaceFile } from "../store/swap.ts";
import { type BuildReport, buildAdvisoryStore } from "./build.ts";
import type { BuildMessage, StoreTask } from "./store-tasks.ts";

const post = (message: BuildMessage): void => parentPort?.postMessage(message);

function run(path: string, task: StoreTask): BuildReport {
  if (task.kind === "install") return install(path, task);
  const onProgress = (records: number): void => post({ kind: "progress", records });
  return buildAdvisoryStore(path, { ...task.options, onProgress });
}

function install(path: string, { draft, isForced }: Extract<StoreTask, { kind: "install" }>): BuildReport {
  checkStoreFile(draft);
  if (!isForced) checkSuccessor(path, draft);
  const changes = compareStores(path, draft);
  recordChanges(draft, builtAt(path), changes);
  replaceFile(path, (place) => renameSync(draft, place));
  return { records: 0, duplicates: 0, skipped: 0, changes };
}

try {
  post({ kind: "report", report: run(workerData.path, workerData.task) });
} catch (thrown) {
  const { code, message, likely, action } = toBrokerError(thrown);
  const cause = thrown instanceof Error ? thrown.stack : undefined;
  post({ kind: "error", error: { code, message, likely, action, cause } });
}
