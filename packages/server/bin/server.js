#!/usr/bin/env -S node --max-semi-space-size=1
// A body in transit is garbage after a millisecond: a small young generation reuses its memory while it is still in the
// processor's cache. It halves the time that large bodies take, and the memory that the process holds.
import { requireNode } from "@tidewaiter/runtime/require-node.js";

requireNode();
await import("../src/main.ts");
