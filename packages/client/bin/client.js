#!/usr/bin/env -S node --max-semi-space-size=2
// A body in transit is garbage after a millisecond: a small young generation reuses its memory, so that the process holds little.
// One of 1 MB would hold less still, and cost large bodies a fifth of their speed.
import { requireNode } from "@tidewaiter/runtime/require-node.js";

requireNode();
// Each name that nobody resolves holds a thread for many seconds; the agent's name must not wait behind the server's.
process.env.UV_THREADPOOL_SIZE ??= "16";
await import("../src/main.ts");
