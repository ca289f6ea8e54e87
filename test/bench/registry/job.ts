import { readFileSync } from "node:fs";
import { toConnection } from "@tidewaiter/contract";
import { createRegistry, type Registry } from "@tidewaiter/registry";
import { walkPages } from "./floor.ts";

/** One job in a process of its own, so that its time and memory are its own: `ours|floor <job> <base> <repository> <tag>`. */
const [who = "", job = "", base = "", repository = "", tag = ""] = process.argv.slice(2);
const AT_ONCE = 3;
const started = performance.now();
const items = who === "floor" ? await walkPages(job, base, repository) : await ours();
const { user, system } = process.cpuUsage();
const rssMb = process.resourceUsage().maxRSS / 1000;
process.stdout.write(
  `${JSON.stringify({ ms: performance.now() - started, cpuMs: (user + system) / 1000, rssMb, items })}\n`,
);

async function ours(): Promise<number> {
  const isPlain = job === "throughput";
  const ca = isPlain ? undefined : readFileSync(process.env.NODE_EXTRA_CA_CERTS ?? "", "utf8");
  const account = job === "pull" ? { username: "ann", password: "pass:word" } : {};
  const extra = { plainHttp: isPlain, ca };
  const registry = createRegistry(toConnection({ type: "oci", registryBase: base, ...account, extra }));
  try {
    if (job === "repositories") return await count(registry.listRepositories());
    if (job === "tags") return await count(registry.listTags(repository));
    return await pull(registry);
  } finally {
    await registry.close();
  }
}

async function count(pages: AsyncIterable<readonly string[]>): Promise<number> {
  let total = 0;
  for await (const page of pages) total += page.length;
  return total;
}

/** Every layer, three at once, each verified by the client and dropped. Gives the bytes. */
async function pull(registry: Registry): Promise<number> {
  const image = await registry.resolve(repository, tag, {});
  const waiting = [...image.manifest.layers];
  let bytes = 0;
  const worker = async (): Promise<void> => {
    for (let layer = waiting.shift(); layer; layer = waiting.shift()) {
      for await (const chunk of await image.openBlob(layer)) bytes += chunk.length;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return bytes;
}
