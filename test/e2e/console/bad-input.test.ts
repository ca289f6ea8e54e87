import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { missing } from "../../support/requirements.ts";
import { openBrowser, type PersonsBrowser, signUp } from "./support/browser.ts";
import { type ConsoleServer, startConsoleServer } from "./support/chain.ts";

describe("bad input", { skip: missing("chromium"), timeout: 180_000 }, () => {
  let server: ConsoleServer;
  let browser: PersonsBrowser;
  let connection: string;

  before(async () => {
    server = await startConsoleServer();
    const made = await server.call<{ connection: { id: string } }>("POST", "/connections", {
      name: "one",
      type: "oci",
    });
    connection = made.connection.id;
    browser = await openBrowser();
    await signUp(browser.page, server.link);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("is named at the timetable while it is typed, and cannot be saved", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/schedules`);
    const form = page.locator("section", { hasText: "Everything without an override" });
    await form.getByLabel("How often").selectOption("custom");

    await form.getByLabel("Cron, five fields, UTC").fill("99 99 * * *");

    await expectCode(page, "INPUT_INVALID");
    await form.getByRole("button", { name: "Save" }).and(page.locator(":disabled")).waitFor();
  });

  it("is named when an image is written in a form that cannot be", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/connections/${connection}/pick`);

    await page.getByLabel("References").fill("UPPER/Case:!!");
    await page.getByRole("button", { name: "Import", exact: true }).click();

    await expectCode(page, /INPUT_INVALID|REFERENCE_INVALID/);
  });

  it("says that the registry cannot be reached while no client is there, instead of an empty list", async () => {
    const { page } = browser;

    await page.goto(`${server.url}/connections/${connection}/pick`);

    await page.getByRole("alert").getByText("What to do").first().waitFor();
    assert.equal(await page.getByText("The registry lists no repositories").count(), 0);
    await page.goto(`${server.url}/connections/${connection}`);
    await page.getByRole("button", { name: "Check now" }).click();
    await page.locator(".hop.fail", { hasText: "client" }).waitFor();
  });

  it("is refused when an alert would go into the private network", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/alerts`);
    await page.getByRole("button", { name: "Add a channel" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("inside");
    await dialog.getByLabel("Address").fill("http://127.0.0.1:9/hook");
    await dialog.getByRole("button", { name: "Add" }).click();
    const done = dialog.getByRole("button", { name: "Done" });
    await done.or(dialog.getByRole("alert")).first().waitFor();
    if (await done.isVisible()) await done.click();
    const test = page.getByRole("button", { name: "Send a test" });

    await test.or(page.getByRole("alert")).first().waitFor();
    if (await test.isVisible()) await test.click();

    await page.getByText("Test: failed").or(page.getByRole("alert")).first().waitFor();
  });

  it("is answered for a connection whose name is taken, and for a wrong password", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/connections/new?type=docker-hub`);
    await page.getByLabel("Name", { exact: true }).fill("one");
    await page.getByRole("button", { name: "Create and show the commands" }).click();
    await expectCode(page, "CONFLICT");

    await page.goto(`${server.url}/settings/account`);
    await page.getByLabel("Current password").fill("not the right one");
    await page.getByLabel("New password").fill("another long password");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByRole("alert").waitFor();

    assert.deepEqual(browser.complaints, []);
  });

  it("does not sign anybody in with a wrong password", async () => {
    const { page } = browser;
    await page.goto(server.url);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill("not the right one");

    await page.getByRole("button", { name: "Sign in" }).click();

    await expectCode(page, "UNAUTHENTICATED");
  });
});

async function expectCode(page: Page, code: string | RegExp): Promise<void> {
  await page.getByRole("alert").getByText(code).first().waitFor();
}
