import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { takeSeat } from "../../emulators/start-emulator.ts";
import { certificate } from "./cache.ts";
import { type Figures, median, runJob } from "./run.ts";

const REPOSITORIES = Array.from(
  { length: 10_000 },
  (_, number) => `team/repository-${String(number).padStart(5, "0")}`,
);
const TAGS = Array.from({ length: 50_000 }, (_, number) => `v1.0.${String(number).padStart(5, "0")}`);
const WHO = ["ours", "peer", "floor"] as const;

export interface ListingFigures {
  /** Pages a second. */
  readonly rates: Readonly<Record<(typeof WHO)[number], number>>;
  readonly oursRssMb: number;
}

/** Ten thousand repositories by 100, or fifty thousand tags by 1,000: ours, the peer and the floor in turn. */
export async function measureListing(job: "repositories" | "tags", rounds: number): Promise<ListingFigures> {
  const { keyPath, certificatePath } = certificate();
  const tls = { key: readFileSync(keyPath, "utf8"), cert: readFileSync(certificatePath, "utf8") };
  await using seat = await takeSeat({ hostname: "localhost", tls });
  seat.serve(answer);
  const [total, pages] =
    job === "tags" ? [TAGS.length, TAGS.length / 1000] : [REPOSITORIES.length, REPOSITORIES.length / 100];
  const runs: Record<(typeof WHO)[number], Figures[]> = { ours: [], peer: [], floor: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const who of WHO) {
      const one = await runJob(who, job, seat.host, "team/app");
      if (one.items !== total) process.stderr.write(`${who} listed ${one.items} of ${total} ${job}\n`);
      runs[who].push(one);
    }
  }
  const rate = (list: readonly Figures[]): number => median(list.map(({ ms }) => pages / (ms / 1000)));
  return {
    rates: { ours: rate(runs.ours), peer: rate(runs.peer), floor: rate(runs.floor) },
    oursRssMb: median(runs.ours.map(({ rssMb }) => rssMb)),
  };
}

function answer(req: IncomingMessage, res: ServerResponse): void {
  const url = new URL(req.url ?? "", "https://localhost");
  const isCatalog = url.pathname === "/v2/_catalog";
  const all = isCatalog ? REPOSITORIES : url.pathname === "/v2/team/app/tags/list" ? TAGS : undefined;
  res.setHeader("content-type", "application/json");
  if (!all) return void res.end("{}");
  const last = url.searchParams.get("last");
  const start = last ? all.indexOf(last) + 1 : 0;
  const size = Number(url.searchParams.get("n") ?? 100);
  const page = all.slice(start, start + size);
  if (start + size < all.length)
    res.setHeader("link", `<${url.pathname}?last=${encodeURIComponent(page.at(-1) ?? "")}&n=${size}>; rel="next"`);
  res.end(JSON.stringify(isCatalog ? { repositories: page } : { name: "team/app", tags: page }));
}
