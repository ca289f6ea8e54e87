import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { Locator, Page, Request } from "playwright-core";
import { missing } from "../../support/requirements.ts";
import { openBrowser, type PersonsBrowser, signUp } from "./support/browser.ts";
import { type SeededServer, startSeededServer } from "./support/seeded.ts";

const CONTROLS = ["button", "summary", "select", "input", "textarea", "a[href]"];
const VISIBLE = CONTROLS.map((tag) => `main ${tag}:visible:not(:disabled)`).join(", ");
/** How long a control may take to show that it did something. */
const EFFECT_MS = 4_000;

describe("every control", { skip: missing("chromium"), timeout: 600_000 }, () => {
  let seeded: SeededServer;
  let browser: PersonsBrowser;

  before(async () => {
    seeded = await startSeededServer();
    browser = await openBrowser();
    await signUp(browser.page, seeded.server.link);
  });
  after(async () => {
    await browser?.close();
    await seeded?.stop();
  });

  it("has an effect or an error with a code", async () => {
    const { page } = browser;
    const seen = new Set<string>();
    const dead: string[] = [];

    for (const path of seeded.pages) {
      const url = seeded.server.url + path;
      await open(page, url);
      for (const [index, name] of (await namesOf(page)).entries()) {
        if (seen.has(name)) continue;
        seen.add(name);
        const control = page.locator(VISIBLE).nth(index);
        if (!(await hasEffect(page, control))) dead.push(`${path} ${name}`);
        await open(page, url);
      }
    }

    assert.deepEqual(dead, []);
    assert.ok(seen.size > 100, `only ${seen.size} controls were found`);
  });

  it("makes no script fail and breaks no content security policy", () => {
    assert.deepEqual(browser.complaints, []);
  });
});

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator("main h1, main [role=alert]").first().waitFor();
  await page.locator("main .loading").first().waitFor({ state: "detached" });
}

/** What a control is called, without the parts that differ from row to row. Equal controls are pressed once. */
async function namesOf(page: Page): Promise<string[]> {
  const controls = await page.locator(VISIBLE).all();
  return Promise.all(
    controls.map(async (control) => {
      const [text, label, type, href] = await Promise.all([
        control.textContent(),
        control.getAttribute("aria-label"),
        control.getAttribute("type"),
        control.getAttribute("href"),
      ]);
      const where = (href ?? "").replace(/\/[0-9a-f]{32}/g, "/:id").replace(/[0-9a-f]{32}|GHSA[\w-]+/g, "…");
      const id = href === null && label === null ? await control.evaluate(labelOf) : "";
      return [type, label ?? text?.slice(0, 40), where, id].join(" ").replace(/[0-9a-f]{12,}|\d+/g, "#");
    }),
  );
}

/** Runs in the page: what a label says of its input. */
function labelOf(element: unknown): string {
  const { labels, name } = element as { labels?: ArrayLike<{ textContent: string }>; name?: string };
  return `${labels?.[0]?.textContent ?? ""} ${name ?? ""}`;
}

/** Presses, types or chooses, and watches for anything that follows: a call, another address, another page content. */
async function hasEffect(page: Page, control: Locator): Promise<boolean> {
  if ((await control.getAttribute("download")) !== null) return downloads(page, control);
  if ((await control.getAttribute("aria-current")) !== null) return true;
  const calls: string[] = [];
  const note = (request: Request): void => void calls.push(request.url());
  const state = (): Promise<string> => page.evaluate<string>(STATE);
  const before = await state();
  page.on("request", note);
  await use(control);
  const end = Date.now() + EFFECT_MS;
  while (calls.length === 0 && (await state().catch(() => "gone")) === before && Date.now() < end) {
    await page.waitForTimeout(50);
  }
  page.off("request", note);
  return calls.length > 0 || (await state().catch(() => "gone")) !== before;
}

async function downloads(page: Page, control: Locator): Promise<boolean> {
  const [download] = await Promise.all([page.waitForEvent("download"), control.click()]);
  const path = await download.path();
  return (await stat(path)).size > 0;
}

/** Address, text, values and marks of the page, and which input the browser complains about. */
const STATE = `(() => {
  const inputs = [...document.querySelectorAll("input, select, textarea")];
  const values = inputs.map((one) => [one.value, one.checked, one.indeterminate]);
  const open = [...document.querySelectorAll("details, dialog")].map((one) => one.open);
  const invalid = document.querySelector(":focus:invalid") !== null;
  const pressed = [...document.querySelectorAll("[aria-pressed]")].map((one) => one.getAttribute("aria-pressed"));
  return JSON.stringify([location.href, document.body.textContent, values, open, invalid, pressed, String(getSelection())]);
})()`;

async function use(control: Locator): Promise<void> {
  const tag = await control.evaluate((element) => (element as { tagName: string }).tagName);
  const type = (await control.getAttribute("type")) ?? "";
  if (tag === "SELECT") {
    const current = await control.inputValue();
    const values = await control
      .locator("option")
      .evaluateAll((all) => all.map((one) => (one as { value?: string }).value));
    const other = values.find((value) => value !== current);
    if (other !== undefined) await control.selectOption(other);
  } else if (tag === "TEXTAREA" || ["text", "search", "url", "password"].includes(type)) {
    await control.pressSequentially("https://x");
  } else if (type === "number") await control.fill("7");
  else if (type === "date") await control.fill("2030-01-31");
  else if (type === "file")
    await control.setInputFiles({ name: "Dockerfile", mimeType: "text/plain", buffer: Buffer.from("FROM x") });
  else await control.click();
}
