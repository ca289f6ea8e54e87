import { requireNode } from "@tidewaiter/runtime/require-node.js";

// A process that starts as the product's own programs do.
requireNode();
await import("./job.ts");
