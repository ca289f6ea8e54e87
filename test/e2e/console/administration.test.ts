import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { Locator, Page } from "playwright-core";
import { missing } from "../../support/requirements.ts";
import { openBrowser, openPage, type PersonsBrowser, signUp } from "./support/browser.ts";
import { measureFirstView } from "./support/first-view.ts";
import { type SeededServer, startSeededServer } from "./support/seeded.ts";

describe("somebody who runs the console", { skip: missing("chromium"), timeout: 240_000 }, () => {
  let seeded: SeededServer;
  let browser: PersonsBrowser;
  let page: Page;
  let connection: string;

  before(async () => {
    seeded = await startSeededServer();
    browser = await openBrowser();
    page = browser.page;
    connection = seeded.pages.find((path) => /^\/connections\/\w{32}$/.test(path)) ?? "";
    await signUp(page, seeded.server.link);
  });
  after(async () => {
    await browser?.close();
    await seeded?.stop();
  });
  const visit = (path: string): Promise<void> => openPage(page, seeded.server.url + path);
  const confirm = (label: string): Promise<void> =>
    page.getByRole("dialog").getByRole("button", { name: label }).click();

  it("sees the figures of the overview with nothing in the browser's cache", async (context) => {
    const { contentMs } = await measureFirstView(page, seeded.server.url);

    context.diagnostic(`first view after ${Math.round(contentMs)} ms`);
    assert.equal(await page.locator("main .totals .total").count(), 8);
  });

  it("gets a token next to the present one, and revokes it", async () => {
    await visit(connection);
    const tokens = card("Broker tokens");

    await tokens.getByLabel("Hours the current tokens stay valid").fill("2");
    await tokens.getByRole("button", { name: "Issue a new token" }).click();

    const shown = await tokens.locator("figure", { hasText: "Broker token" }).last().locator("code").textContent();
    assert.match(shown ?? "", /^[\w-]{36}$/);
    await tokens.locator("tbody tr").nth(1).waitFor();
    await tokens.getByText("never", { exact: true }).first().waitFor();
    await tokens.locator("tbody tr", { hasText: "never" }).getByRole("button", { name: "Revoke" }).first().click();
    await confirm("Revoke");
    await tokens.locator("tbody tr").nth(1).waitFor({ state: "detached" });
  });

  it("gives the registry an address for its pushes, and takes it away", async () => {
    await visit(connection);
    const hook = card("Scan on push");

    await hook.getByRole("button", { name: "Create the address" }).click();

    await hook.locator("figure", { hasText: "Path below" }).getByText("/webhooks/oci/").waitFor();
    await hook.locator("figure", { hasText: "Secret" }).waitFor();
    await hook.getByText("set up", { exact: true }).waitFor();
    await hook.getByRole("button", { name: "Switch off" }).click();
    await confirm("Switch off");
    await hook.getByText("not set up").waitFor();
  });

  it("changes which tags of a followed repository are taken, globs typed with their commas", async () => {
    await visit(connection);
    await page.getByRole("button", { name: "Change team/web" }).click();
    const dialog = page.getByRole("dialog");

    await dialog.getByLabel("Newest").fill("1");
    await dialog.getByLabel("Only tags like").pressSequentially("1.*, 2.*");
    await dialog.getByRole("button", { name: "Save and check now" }).click();

    await page.getByText("newest 1 · only 1.*, 2.*").waitFor();
  });

  it("changes a channel and switches it off", async () => {
    await visit("/alerts");
    await page.getByRole("button", { name: "Change nobody" }).click();
    const dialog = page.getByRole("dialog");

    await dialog.getByLabel("Name").fill("somebody");
    await dialog.getByLabel("lost connections").check();
    await dialog.getByRole("button", { name: "Save" }).click();

    const row = page.locator("li", { hasText: "somebody" });
    await row.getByText("failed scans, lost connections").waitFor();
    await row.getByRole("button", { name: "Switch off" }).click();
    await row.getByText("off", { exact: true }).waitFor();
  });

  it("creates a key that works until it is revoked", async () => {
    await visit("/settings/keys");
    await page.getByRole("button", { name: "Create a key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("nightly");
    await dialog.getByRole("button", { name: "Create a key" }).click();
    const key = (await dialog.locator("figure code").textContent()) ?? "";
    await dialog.getByRole("button", { name: "Done" }).click();
    const ask = async (): Promise<number> =>
      (await fetch(`${seeded.server.url}/api/v1/projects`, { headers: { authorization: `Bearer ${key}` } })).status;

    assert.equal(await ask(), 200);
    const row = page.locator("tr", { hasText: "nightly" });
    await row.getByRole("button", { name: "Revoke" }).click();
    await confirm("Revoke");
    await row.waitFor({ state: "detached" });

    assert.equal(await ask(), 401);
  });

  it("goes back to filters under the name that they were saved as", async () => {
    await visit("/images?severity=critical");
    await page.getByText("Views").click();
    await page.getByLabel("Name for these filters").fill("urgent");
    await page.getByLabel("Name for these filters").press("Enter");

    await visit("/images");
    await page.getByText("Views").click();
    await page.getByRole("link", { name: "urgent" }).click();

    await page.waitForURL(/severity=critical/);
    await page.getByRole("button", { name: "Remove the view urgent" }).click();
    await page.getByRole("link", { name: "urgent" }).waitFor({ state: "detached" });
  });

  it("scans a failed image again out of the import's log", async () => {
    await visit(seeded.pages.find((path) => path.startsWith("/imports/")) ?? "");

    await page.getByRole("button", { name: "Scan again team/api:missing" }).click();

    await page.getByText("The scan is queued.").waitFor();
  });

  it("takes an image's findings and bills of materials along as files", async () => {
    await visit(seeded.pages.find((path) => /^\/images\/.*\/findings$/.test(path)) ?? "");
    for (const [format, mark] of [
      ["SARIF", '"runs"'],
      ["CycloneDX", '"bomFormat"'],
      ["SPDX", '"spdxVersion"'],
    ] as const) {
      await page.locator("summary", { hasText: "Export" }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: format }).click(),
      ]);
      assert.match(await readFile(await download.path(), "utf8"), new RegExp(mark), format);
      await page.keyboard.press("Escape");
    }
  });

  it("leaves no complaint of the browser", () => {
    assert.deepEqual(browser.complaints, []);
  });

  function card(title: string): Locator {
    return page.locator("section.card", { has: page.getByRole("heading", { name: title, exact: false }) });
  }
});
