#!/usr/bin/env -S node --max-semi-space-size=1
// A body in transit is garbage after a millisecond: a small young generation reuses its memory while it is still in the
// processor's cache. It halves the time that large bodies take, and the memory that the process holds.
import { requireNode } from "@tidewaiter/runtime/require-node.js";

requireNode();
// Each name that nobody resolves holds a thread for many seconds; the agent's name must not wait behind the server's.
process.env.UV_THREADPOOL_SIZE ??= "16";
await import("../src/main.ts");
