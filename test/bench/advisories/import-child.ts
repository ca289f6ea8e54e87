import { statSync } from "node:fs";
import { buildInWorker } from "../../../packages/advisories/src/feeds/store-tasks.ts";
import { readAndParse } from "./floor.ts";

/** One import in a process of its own, so that its memory is its own; `floor` only unpacks and parses. */
const [who, source = "", path = ""] = process.argv.slice(2);
const start = performance.now();
const { signal } = new AbortController();
const records =
  who === "floor" ? readAndParse(source) : (await buildInWorker(path, { sources: [source] }, signal)).records;
const seconds = (performance.now() - start) / 1000;
const rssMb = (process.resourceUsage().maxRSS * 1024) / 1e6;
const databaseMb = who === "floor" ? 0 : statSync(path).size / 1e6;
process.stdout.write(JSON.stringify({ records, seconds, rssMb, databaseMb }));
