import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Locator } from "playwright-core";
import { missing } from "../../support/requirements.ts";
import { type AdvisoryFolder, createAdvisories } from "./support/advisories.ts";
import { openBrowser, type PersonsBrowser, signUp } from "./support/browser.ts";
import { type ConsoleServer, type Site, startConsoleServer, startSite } from "./support/chain.ts";
import { startRegistry, type TestRegistry } from "./support/registry.ts";

describe("from the first start to the first result", { skip: missing("chromium"), timeout: 180_000 }, () => {
  let advisories: AdvisoryFolder;
  let server: ConsoleServer;
  let registry: TestRegistry;
  let browser: PersonsBrowser;
  const sites: Site[] = [];

  before(async () => {
    advisories = await createAdvisories();
    await advisories.publish("GHSA-aaaa-bbbb-0001", "left-shelf", "2.0.0", "HIGH");
    registry = await startRegistry({ robot: "right" });
    await registry.push("team/api", "1.0", "left-shelf", "1.9.0");
    server = await startConsoleServer({ TIDEWAITER_ADVISORY_SOURCES: advisories.path });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await Promise.all(sites.map((site) => site.stop()));
    await Promise.all([server?.stop(), registry?.stop(), advisories?.remove()]);
  });

  it("takes the one-time link once, and then a password", async () => {
    const { page } = browser;

    await signUp(page, server.link);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.getByText("Three steps to the first result").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto(server.link);
    await page.getByLabel("Name").fill("mallory");
    await page.getByLabel("Password", { exact: true }).fill("another long password");
    await page.getByLabel("Password again").fill("another long password");
    await page.getByRole("button", { name: "Make the account" }).click();
    await page.getByRole("alert").getByText("UNAUTHENTICATED").waitFor();
    await page.goto(server.url);
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill("a long enough password");
    await page.getByRole("button", { name: "Sign in" }).click();

    await page.getByRole("heading", { name: "Overview" }).waitFor();
  });

  it("leads through the wizard: the wrong password is named, the right one turns green", async () => {
    const { page } = browser;
    await page.getByRole("link", { name: "Connections" }).first().click();
    await page.getByRole("link", { name: "Add a connection" }).first().click();
    await page.getByRole("link", { name: "Any OCI registry" }).click();
    await page.getByLabel("Name", { exact: true }).fill("team");
    await page.getByLabel("Registry address (CR_BASE)").fill(registry.host);
    await page.getByLabel("User name (CR_USERNAME)").fill("robot");
    await page.getByText("It needs pull on the repositories").waitFor();
    const sent = page.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/connections"),
    );
    await page.getByRole("button", { name: "Create and show the commands" }).click();

    assert.doesNotMatch((await sent).postData() ?? "", /robot/);
    const command = await page.locator("figure", { hasText: "docker run" }).first().locator("code").textContent();
    const token = /BROKER_TOKEN=([\w-]+)/.exec(command ?? "")?.[1] ?? "";
    assert.match(command ?? "", new RegExp(`CR_BASE=${registry.host}`));
    assert.match(command ?? "", /CR_USERNAME=robot/);
    await page.getByText("Waiting for the client to dial in").waitFor();
    const account = { CR_USERNAME: "robot", CR_PASSWORD: "wrong" };
    const wrong = await startSite(server, token, registry.host, account);
    await page.getByText("The client is connected.").waitFor();
    await page.locator(".hop.fail", { hasText: "sign-in" }).waitFor();
    await page.getByRole("alert").getByText("What to do").waitFor();
    await page.getByText("Behind single sign-on, passwords are mostly refused").waitFor();
    await wrong.stop();
    sites.push(await startSite(server, token, registry.host, { ...account, CR_PASSWORD: "right" }));
    await page.getByText("The client is connected.").waitFor();
    await page.getByText("Every step passes. The registry can be read.").waitFor();
  });

  it("names the right that an account lacks", async () => {
    const { page } = browser;
    registry.allowListing(false);

    await checkUntil(page.locator(".hop.warn", { hasText: "listing" }));
    await page.getByText("What may be missing: pull on the repositories, and the catalog to list.").waitFor();
    registry.allowListing(true);
    await checkUntil(page.getByText("Every step passes. The registry can be read."));
  });

  it("imports a tag that was ticked in the tree and shows its finding, fix and package", async () => {
    const { page } = browser;

    await page.getByRole("link", { name: "Pick images" }).click();
    await page.getByRole("button", { name: "Show tags of team/api" }).click();
    await page.getByRole("checkbox", { name: "1.0" }).check();
    await page.getByText("Chosen: 1 single, 0 whole repositories").waitFor();
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByText("1 of 1").waitFor();
    await page.getByRole("link", { name: "team/api:1.0" }).click();

    const row = page.locator("tr", { hasText: "GHSA-aaaa-bbbb-0001" });
    await row.waitFor();
    assert.match((await row.textContent()) ?? "", /High[\s\S]*left-shelf[\s\S]*1\.9\.0[\s\S]*2\.0\.0/);
    await page.getByRole("link", { name: /^Packages/ }).click();
    await page.locator("tr", { hasText: "left-shelf" }).waitFor();
  });

  it("shows text out of an advisory as text", async () => {
    const { page } = browser;

    await page.getByRole("link", { name: /^Findings \d/ }).click();
    await page.getByRole("button", { name: "GHSA-aaaa-bbbb-0001" }).click();

    await page.getByRole("dialog").getByText("<b>left-shelf</b> before 2.0.0").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  /** The client keeps a report for some seconds, so that pressing once may show the one before. */
  async function checkUntil(sign: Locator): Promise<void> {
    const button = browser.page.getByRole("button", { name: "Check again" });
    for (let tries = 0; tries < 30 && !(await sign.isVisible()); tries += 1) {
      await button.click();
      await button.and(browser.page.locator(":enabled")).waitFor();
      await browser.page.waitForTimeout(300);
    }
    await sign.waitFor();
  }

  it("leaves no complaint of the browser: no faults, nothing against the content security policy", () => {
    assert.deepEqual(browser.complaints, []);
  });
});
