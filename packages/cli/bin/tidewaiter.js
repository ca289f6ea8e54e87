#!/usr/bin/env -S node --max-semi-space-size=1
import { requireNode } from "@tidewaiter/runtime/require-node.js";

requireNode();
await import("../src/main.ts");
