import { execFileSync } from "node:child_process";

/** The least that a listing can cost: pages by their links, nothing checked. */
export async function walkPages(job: string, base: string, repository: string): Promise<number> {
  const isTags = job === "tags";
  let url: URL | undefined = new URL(
    `https://${base}/v2/${isTags ? `${repository}/tags/list?n=1000` : "_catalog?n=100"}`,
  );
  let total = 0;
  while (url) {
    const answer: Response = await fetch(url);
    const body = (await answer.json()) as { tags?: string[]; repositories?: string[] };
    total += (body.tags ?? body.repositories ?? []).length;
    const link = /<([^>]+)>/.exec(answer.headers.get("link") ?? "")?.[1];
    url = link ? new URL(link, url) : undefined;
  }
  return total;
}

/** `curl | sha256sum` of the same blobs, three at once. Gives milliseconds. */
export function curlAndHash(urls: readonly string[]): number {
  const started = performance.now();
  const script = 'curl -sf "$0" | sha256sum';
  execFileSync("xargs", ["-n1", "-P3", "sh", "-c", script], {
    input: urls.join("\n"),
    stdio: ["pipe", "ignore", "inherit"],
  });
  return performance.now() - started;
}
