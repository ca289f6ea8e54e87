import { KEY } from "./process.ts";

/** Pages of the list of images, as people turn to them: filters, sorts, deep pages, a search. */
export const LIST_PATHS = [
  "/projects",
  "/projects?connectionId=c000000003",
  "/projects?severity=critical",
  "/projects?severity=high,medium&fixable=true",
  "/projects?fixable=false",
  "/projects?signed=true&severity=critical",
  "/projects?state=Failed",
  "/projects?new=true",
  "/projects?type=harbor-cr&severity=critical",
  "/projects?repository=team-5/service-500",
  "/projects?search=service-77",
  "/projects?search=nothing-has-this-name",
  "/projects?sort=severity",
  "/projects?sort=scannedAt",
  "/projects/repositories",
  "/projects/repositories?search=team-4",
] as const;

export const FINDING_PATHS = [
  "/findings",
  "/findings?severity=critical",
  "/findings?severity=high&fixable=true",
  "/findings?severity=low&fixable=false",
  "/findings?advisory=CVE-2018-1003",
  "/findings?package=package-7",
  "/findings?package=package-7&severity=critical",
  "/findings?connectionId=c000000003&severity=critical",
  "/findings?repository=team-5/service-500",
  "/images/i000005000/findings?severity=high",
  "/images/i000005000/packages?search=package-1",
] as const;

/** p99 of the time to a whole answer, in ms. Every path gets the same share, and pages are followed three deep. */
export async function measureP99(url: string, paths: readonly string[], rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const path of paths) await turnPages(url, path, times);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}

const DEPTH = 3;

async function turnPages(url: string, path: string, times: number[]): Promise<void> {
  let cursor: string | undefined;
  for (let page = 0; page < DEPTH; page += 1) {
    const query = cursor ? `${path.includes("?") ? "&" : "?"}cursor=${cursor}` : "";
    const startedAt = performance.now();
    const answer = await fetch(`${url}/api/v1${path}${query}`, { headers: { authorization: `Bearer ${KEY}` } });
    const body = (await answer.json()) as { nextCursor?: string };
    times.push(performance.now() - startedAt);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${JSON.stringify(body)}`);
    cursor = body.nextCursor;
    if (cursor === undefined) return;
  }
}

/** The slowest path, for whoever wants to know where the time goes. */
export async function slowest(url: string, paths: readonly string[]): Promise<string> {
  const all: { path: string; ms: number }[] = [];
  for (const path of paths) all.push({ path, ms: await measureP99(url, [path], 3) });
  all.sort((a, b) => b.ms - a.ms);
  return all
    .slice(0, 3)
    .map(({ path, ms }) => `${path} ${ms.toFixed(1)} ms`)
    .join(", ");
}
