import { parentPort, workerData } from "node:worker_threads";
import { openAdvisoryStore } from "@tidewaiter/advisories";
import { toBrokerError } from "@tidewaiter/runtime";
import { runTask, type Task } from "./tasks.ts";

const store = openAdvisoryStore(String(workerData.advisoryPath));

parentPort?.on("message", ({ id, task }: { id: number; task: Task }) => {
  try {
    parentPort?.postMessage({ id, answer: runTask(task, store) });
  } catch (thrown) {
    const { code, message, likely, action, details, stack } = toBrokerError(thrown);
    const cause = thrown instanceof Error ? thrown.stack : stack;
    parentPort?.postMessage({ id, error: { code, message, likely, action, details, cause } });
  }
});
