import { parentPort, workerData } from "node:worker_threads";
import { buildAdvisoryStore } from "@tidewaiter/advisories";
import { toBrokerError } from "@tidewaiter/runtime";

try {
  parentPort?.postMessage({ report: buildAdvisoryStore(workerData.path, { sources: workerData.sources }) });
} catch (thrown) {
  const { code, message, likely, action } = toBrokerError(thrown);
  parentPort?.postMessage({
    error: { code, message, likely, action, cause: thrown instanceof Error ? thrown.stack : undefined },
  });
}
