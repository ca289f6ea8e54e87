import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { missing } from "../../support/requirements.ts";
import { openBrowser, openPage, type PersonsBrowser, signUp } from "./support/browser.ts";
import { type SeededServer, startSeededServer } from "./support/seeded.ts";

const AXE = fileURLToPath(new URL("../../../node_modules/axe-core/axe.min.js", import.meta.url));
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const FOCUSED = "document.activeElement.getAttribute('aria-label')";
const EXTRA_WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

describe("every page for everybody", { skip: missing("chromium"), timeout: 300_000 }, () => {
  let seeded: SeededServer;
  let browser: PersonsBrowser;
  let axe: string;

  before(async () => {
    axe = await readFile(AXE, "utf8");
    seeded = await startSeededServer();
    browser = await openBrowser();
    await signUp(browser.page, seeded.server.link);
  });
  after(async () => {
    await browser?.close();
    await seeded?.stop();
  });

  for (const [scheme, width] of [
    ["light", 1_280],
    ["dark", 390],
  ] as const) {
    it(`keeps WCAG 2.2 AA and never scrolls sideways, ${scheme}, ${width} pixels wide`, async () => {
      const { page } = browser;
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      const faults: string[] = [];

      for (const path of seeded.pages) {
        await openPage(page, seeded.server.url + path);
        faults.push(...(await faultsOf(page, axe)).map((fault) => `${path} ${fault}`));
        if ((await page.evaluate<number>(EXTRA_WIDTH)) > 0) faults.push(`${path} is wider than the window`);
      }

      assert.deepEqual(faults, []);
    });
  }

  it("speaks Korean throughout when asked to", async () => {
    const { page } = browser;
    await page.setViewportSize({ width: 1_280, height: 900 });
    await page.goto(seeded.server.url);
    await page.getByLabel("Language").selectOption("ko");
    await page.locator("html[lang=ko]").waitFor();
    const silent: string[] = [];

    for (const path of seeded.pages) {
      await openPage(page, seeded.server.url + path);
      const heading = (await page.locator("main").textContent()) ?? "";
      if (!/[가-힣]/.test(heading)) silent.push(path);
    }

    assert.deepEqual(silent, []);
    await page.getByLabel("언어").selectOption("en");
  });

  it("can be walked with the keyboard: skip link, menu, a page, its heading", async () => {
    const { page } = browser;
    await page.goto(`${seeded.server.url}/images`);
    await page.getByRole("heading", { name: "Images" }).waitFor();

    await page.keyboard.press("Tab");
    await page.locator(".skip:focus", { hasText: "Skip to content" }).waitFor();
    await page.getByRole("link", { name: "Schedules" }).focus();
    await page.keyboard.press("Enter");

    await page.locator("h1:focus", { hasText: "Schedules" }).waitFor();
    assert.equal(await page.title(), "Schedules · Tidewaiter");
  });

  it("walks the tree of repositories and tags by arrow keys", async () => {
    const { page } = browser;
    await openPage(page, seeded.server.url + (seeded.pages.find((path) => path.endsWith("/pick")) ?? ""));
    const focused = (): Promise<string> => page.evaluate<string>(FOCUSED);

    await page.getByRole("checkbox", { name: "Choose all of team/api" }).focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(), "Choose all of team/web");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("checkbox", { name: "1.0" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Space");
    await page.getByText("Chosen: 1 single, 0 whole repositories").waitFor();
    await page.keyboard.press("ArrowLeft");
    assert.equal(await focused(), "Choose all of team/web");
    await page.keyboard.press("ArrowLeft");

    await page.getByRole("checkbox", { name: "1.0" }).waitFor({ state: "detached" });
  });

  it("keeps the focus in a dialog, and gives it back when Escape closes it", async () => {
    const { page } = browser;
    await openPage(page, `${seeded.server.url}/alerts`);
    await page.getByRole("button", { name: "Add a channel" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    assert.deepEqual(await faultsOf(page, axe), []);

    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press("Tab");
      const isOutside = "document.activeElement !== document.body && !document.activeElement.closest('dialog')";
      assert.equal(await page.evaluate(isOutside), false);
    }
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    assert.equal(await page.evaluate("document.activeElement.textContent"), "Add a channel");
  });

  it("leaves no complaint of the browser", () => {
    assert.deepEqual(browser.complaints, []);
  });
});

async function faultsOf(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  const results = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ["violations"] })`,
  )) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
