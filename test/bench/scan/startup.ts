import { spawn } from "node:child_process";
import { median } from "./run-child.ts";

const ROUNDS = 5;
const BIN = new URL("../../../packages/cli/bin/tidewaiter.js", import.meta.url).pathname;

/** From the start of the command to its first byte, in seconds: `scan --help`, median of five. */
export async function measureStartup(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await firstByte());
  return median(times);
}

async function firstByte(): Promise<number> {
  const started = performance.now();
  const child = spawn(BIN, ["scan", "--help"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const seconds = (performance.now() - started) / 1000;
  await ended;
  return seconds;
}
