import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Longer than anything takes on a slow machine that does other work as well. */
const WAIT_MS = 20_000;

/** A person's browser: a profile of its own, and a note of everything that a page complained about. */
export interface PersonsBrowser {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, faults of scripts and refusals of the content security policy. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openBrowser(options: { width?: number; height?: number } = {}): Promise<PersonsBrowser> {
  const { width = 1280, height = 900 } = options;
  const profile = await mkdtemp(join(tmpdir(), "console-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: ARGUMENTS,
    viewport: { width, height },
    locale: "en-GB",
    timezoneId: "Asia/Seoul",
  });
  context.setDefaultTimeout(WAIT_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A refused call is an answer that the page shows; the browser notes it as an error all the same.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  return {
    page,
    context,
    complaints,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Opens a page of the console and waits until it has read what it shows. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: "commit" });
  await page.locator("main h1, main [role=alert]").first().waitFor();
  await page.locator("main .loading").first().waitFor({ state: "detached" });
}

/**
 * Opens a page of the console anew in a browser that shows one: everything inside the shell is made afresh without
 * loading the console. What the shell itself keeps (language, appearance, a short message) is loaded away.
 */
export async function reopenPage(page: Page, url: string): Promise<void> {
  const { origin, pathname, search } = new URL(url);
  const isFresh = page.url().startsWith(origin) && (await page.evaluate<boolean>(IS_SHELL_FRESH));
  await page.evaluate("localStorage.clear()");
  if (!isFresh) return openPage(page, url);
  const between = pathname === "/no-such-page" ? "/settings/account" : "/no-such-page";
  for (const path of [between, pathname + search]) await page.evaluate(`(${FOLLOW})(${JSON.stringify(path)})`);
  await page.locator("main h1, main [role=alert]").first().waitFor();
  await page.locator("main .loading").first().waitFor({ state: "detached" });
}

const IS_SHELL_FRESH = `(() => {
  const root = document.documentElement;
  const isSilent = document.querySelector(".toast")?.textContent === "" && !document.querySelector(".side.open");
  return isSilent && root.lang === "en" && root.dataset.theme === "auto" && document.querySelector("main h1") !== null;
})()`;

/** Goes to an address as a link does, and waits until what it shows has been drawn. */
const FOLLOW = `(path) => {
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
  scrollTo(0, 0);
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}`;

/** Takes a one-time link, as the first administrator and everybody who is invited does. */
export async function signUp(page: Page, link: string, name = "ada"): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill("a long enough password");
  await page.getByLabel("Password again").fill("a long enough password");
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** As the person that `signUp` made. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Name").fill("ada");
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
