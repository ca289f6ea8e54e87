import type Docker from "dockerode";
import { runScript } from "../docker/containers.ts";
import { startEngine } from "../docker/engine.ts";
import { buildImages, type Images, TARGETS, type Target } from "../docker/images.ts";

interface Row {
  readonly ours: number;
  readonly floor?: number;
  readonly unit: string;
}

const PROBE = new URL("./images/start-probe.cjs", import.meta.url).pathname;
/** The least that a Node process can be: it listens and says so. */
const FLOOR = 'require("node:http").createServer().listen(0, "127.0.0.1", () => console.log("ready"))';
const MEGABYTE = 1_000_000;

/** Size of our layers on top of the base image, and the time from the start of a process in it until it listens. */
export async function main(args: readonly string[]): Promise<number> {
  const engine = await startEngine();
  if (typeof engine === "string") {
    process.stderr.write(`${engine}\n`);
    return 69;
  }
  try {
    const images = await buildImages(engine.docker);
    if (args.includes("--prepare")) return 0;
    const rounds = args.includes("--quick") ? 5 : 15;
    const rows: Record<string, Row> = {};
    for (const target of TARGETS) await measure(engine.docker, images, target, rounds, rows);
    print(rows);
    return 0;
  } finally {
    await engine.stop();
  }
}

async function measure(
  docker: Docker,
  images: Images,
  target: Target,
  rounds: number,
  rows: Record<string, Row>,
): Promise<void> {
  const size =
    (await docker.getImage(images[target]).inspect()).Size - (await docker.getImage(images.base).inspect()).Size;
  const timesOf = async (command: string): Promise<number[]> => {
    const probe = `node /start-probe.cjs ${rounds} ${command}`;
    const output = await runScript(docker, images[target], probe, [`${PROBE}:/start-probe.cjs:ro`]);
    return (output.split("times=").at(-1) ?? "").trim().split(",").map(Number);
  };
  const ours = await timesOf(`packages/${target}/bin/${target}.js`);
  const floor = await timesOf(`-e '${FLOOR}'`);
  rows[`${target}-start-ms`] = { ours: median(ours), floor: median(floor), unit: "ms" };
  rows[`${target}-layers`] = { ours: Math.round((size / MEGABYTE) * 10) / 10, unit: "MB" };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function print(rows: Readonly<Record<string, Row>>): void {
  process.stdout.write(`${"row".padEnd(20)}${"ours".padStart(10)}${"floor".padStart(10)}  unit\n`);
  for (const [name, { ours, floor = "", unit }] of Object.entries(rows)) {
    process.stdout.write(`${name.padEnd(20)}${String(ours).padStart(10)}${String(floor).padStart(10)}  ${unit}\n`);
  }
  process.stdout.write(`${JSON.stringify({ bench: "images", rows })}\n`);
}
