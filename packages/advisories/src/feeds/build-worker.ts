import { parentPort, workerData } from "node:worker_threads";
import { toBrokerError } from "@tidewaiter/runtime";
import { buildAdvisoryStore } from "./build.ts";
import type { BuildMessage } from "./build-in-worker.ts";

const post = (message: BuildMessage): void => parentPort?.postMessage(message);

try {
  const onProgress = (records: number): void => post({ kind: "progress", records });
  post({ kind: "report", report: buildAdvisoryStore(workerData.path, { ...workerData.task, onProgress }) });
} catch (thrown) {
  const { code, message, likely, action } = toBrokerError(thrown);
  const cause = thrown instanceof Error ? thrown.stack : undefined;
  post({ kind: "error", error: { code, message, likely, action, cause } });
}
