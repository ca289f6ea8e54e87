#!/usr/bin/env node
import { requireNode } from "@tidewaiter/runtime/require-node.js";

requireNode();
await import("../src/main.ts");
