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

  it("is refused with a code at the forms for allow lists, keys, connections and bundles", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/allow-lists`);
    await page.getByLabel("Advisory ids").fill("no such form of id!");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await expectCode(page, "INPUT_INVALID");

    await page.goto(`${server.url}/settings/keys`);
    await page.getByRole("button", { name: "Create a key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("   ");
    await page.getByRole("dialog").getByRole("button", { name: "Create a key" }).click();
    await expectCode(page, "INPUT_INVALID");

    await page.goto(`${server.url}/connections/${connection}`);
    await page.getByLabel("Name", { exact: true }).fill("   ");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expectCode(page, "INPUT_INVALID");

    await page.goto(`${server.url}/settings/data`);
    const file = { name: "advisories.bundle", mimeType: "application/octet-stream", buffer: Buffer.from("no bundle") };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await expectCode(page, /^[A-Z_]{5,}$/);
  });

  it("is stopped by the browser where a number, an address or a password is out of range", async () => {
    const { page } = browser;
    const forms = [
      [`/connections/${connection}`, "Hours the current tokens stay valid", "9999", "Issue a new token"],
      ["/settings/account", "New password", "short", "Change the password"],
    ] as const;

    for (const [path, label, typed, button] of forms) {
      await page.goto(server.url + path);
      await page.locator("main form input").first().waitFor();
      for (const other of await page.locator("main input[type=password]").all()) await other.fill("a long password");
      await page.getByLabel(label).fill("");
      await page.getByLabel(label).pressSequentially(typed);
      await page.getByRole("button", { name: button }).click();
      await page.locator("input:focus:invalid").waitFor();
    }

    await page.goto(`${server.url}/connections/new?type=nexus-cr`);
    await page.getByLabel("Registry address (CR_BASE)").fill("robot@nexus.example");
    await page.getByText("This is not an address that can be called").waitFor();
    await page.getByLabel("Registry address (CR_BASE)").fill("nexus.example:5000/repository/docker");
    await page.getByText("The agent will call https://nexus.example:5000/repository/docker/v2/").waitFor();
  });

  it("is refused when a registry takes no password of such an account, with the way that it takes", async () => {
    const { page } = browser;
    await page.goto(`${server.url}/connections/new?type=acr`);
    await page.getByLabel("Name", { exact: true }).fill("azure");
    await page.getByLabel("Registry address (CR_BASE)").fill("name.azurecr.io");
    await page.getByLabel("User name (CR_USERNAME)").fill("ada@example.com");

    await page.getByText("Use a service principal with AcrPull").waitFor();
    await page.getByRole("button", { name: "Create and show the commands" }).click();

    await expectCode(page, "INPUT_INVALID");
  });

  it("is explained in Korean to those who read Korean, with the server's sentence where only that is exact", async () => {
    const { page } = browser;
    await page.evaluate("localStorage.setItem('tidewaiter-language', 'ko')");

    await page.goto(`${server.url}/connections/new?type=docker-hub`);
    await page.getByLabel("이름", { exact: true }).fill("one");
    await page.getByRole("button", { name: "만들고 명령 보기" }).click();
    const taken = page.getByRole("alert", { name: "" }).filter({ hasText: "CONFLICT" });
    await taken.getByText("같은 이름의 연결이 이미 있습니다").waitFor();
    await taken.getByText("현재 상태를 확인한 뒤 결정하세요.").waitFor();
    await page.getByLabel("이름", { exact: true }).fill("  ");
    await page.getByRole("button", { name: "만들고 명령 보기" }).click();
    await page.getByRole("alert").getByText("입력값이 올바르지 않습니다").waitFor();
    await page.getByText("1자 이상 입력하세요").first().waitFor();
    await page.goto(`${server.url}/connections/${connection}/pick`);
    await page.getByRole("alert").getByText("연결된 브로커 클라이언트가 없습니다").first().waitFor();

    await page.evaluate("localStorage.clear()");
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
