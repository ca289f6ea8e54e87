import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { missing } from "../../support/requirements.ts";
import { openBrowser, openPage, type PersonsBrowser, signUp } from "./support/browser.ts";
import { type SeededServer, startSeededServer } from "./support/seeded.ts";

/** What changes something, or is an administrator's business. */
const WRITES = [
  /Scan/,
  /Stop/,
  /Forget/,
  /Remove/,
  /Save/,
  /^Add/,
  /Import/,
  /Create/,
  /Revoke/,
  /Issue/,
  /Update now/,
];

describe("a viewer", { skip: missing("chromium"), timeout: 240_000 }, () => {
  let seeded: SeededServer;
  let admin: PersonsBrowser;
  let viewer: PersonsBrowser;

  before(async () => {
    seeded = await startSeededServer();
    [admin, viewer] = await Promise.all([openBrowser(), openBrowser()]);
    await signUp(admin.page, seeded.server.link);
  });
  after(async () => {
    await Promise.all([admin?.close(), viewer?.close()]);
    await seeded?.stop();
  });

  it("is invited by a link that an administrator makes", async () => {
    const { page } = admin;
    await page.goto(`${seeded.server.url}/settings/people`);
    await page.getByRole("button", { name: "Invite somebody" }).click();
    await page.getByRole("button", { name: "Create a one-time link" }).click();
    const link = await page.locator("figure", { hasText: "One-time link" }).locator("code").textContent();

    await signUp(viewer.page, link ?? "", "vera");

    await viewer.page.getByText("Viewer").first().waitFor();
    await page.reload();
    await page.locator("tr", { hasText: "vera" }).waitFor();
  });

  it("sees every page that is hers, and no button that she may not press", async () => {
    const { page } = viewer;
    const offered: string[] = [];

    for (const path of seeded.pages.filter((one) => !one.includes("/new") && one !== "/alerts")) {
      await openPage(page, seeded.server.url + path);
      assert.equal(await page.getByText("FORBIDDEN").count(), 0, path);
      for (const button of await page.locator("main button:visible").allTextContents()) {
        if (WRITES.some((pattern) => pattern.test(button))) offered.push(`${path} ${button}`);
      }
    }

    assert.deepEqual(offered, []);
  });

  it("sees nothing of a connection that was taken from her", async () => {
    await admin.page.getByRole("button", { name: "Change vera" }).click();
    const dialog = admin.page.getByRole("dialog");
    await dialog.getByLabel("Every connection").uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await admin.page.locator("tr", { hasText: "vera" }).getByText("0 connections").waitFor();

    await openPage(viewer.page, `${seeded.server.url}/images`);

    await viewer.page.getByText("No images yet").waitFor();
  });

  it("is signed out at once when the account is switched off", async () => {
    await admin.page.locator("tr", { hasText: "vera" }).getByRole("button", { name: "Disable" }).click();
    await admin.page.locator("tr", { hasText: "vera" }).getByText("disabled").waitFor();

    await viewer.page.goto(`${seeded.server.url}/images`);

    await viewer.page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});
