import module from "node:module";
import { workerData } from "node:worker_threads";

// Plain JavaScript, so that the cache is there before the first file whose types are stripped: a thread starts in a
// fifth of the time.
if (workerData?.compileCache) module.enableCompileCache(workerData.compileCache);
await import("./layer-worker.ts");
