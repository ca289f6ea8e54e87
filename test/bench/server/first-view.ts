import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { openBrowser, signUp } from "../../e2e/console/support/browser.ts";
import { type FirstView, measureFirstView } from "../../e2e/console/support/first-view.ts";
import { KEY } from "./process.ts";

const ROUNDS = 5;

/** For whoever wants the row: what is missing to measure it, or false. */
export function withoutBrowser(): string | false {
  return existsSync("/usr/bin/chromium") ? false : "chromium is not installed";
}

/** Seconds until the overview stands with its figures, in a browser that was never there: the median of five. */
export async function firstViewSeconds(url: string): Promise<number> {
  await using browser = await openDisposable();
  await signUp(browser.page, `${url}${await invite(url)}`, `bench ${randomUUID()}`);
  const views: FirstView[] = [];
  for (let round = 0; round < ROUNDS; round += 1) views.push(await measureFirstView(browser.page, url));
  const times = views.map(({ contentMs }) => contentMs).sort((a, b) => a - b);
  return (times[Math.floor(ROUNDS / 2)] ?? 0) / 1_000;
}

async function openDisposable() {
  const browser = await openBrowser();
  return { page: browser.page, [Symbol.asyncDispose]: browser.close };
}

async function invite(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/users`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ role: "owner" }),
  });
  if (!answer.ok) throw new Error(`no invitation: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { path: string }).path;
}
