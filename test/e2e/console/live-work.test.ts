import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { missing } from "../../support/requirements.ts";
import { type AdvisoryFolder, createAdvisories } from "./support/advisories.ts";
import { openBrowser, type PersonsBrowser, signIn, signUp } from "./support/browser.ts";
import { type ConsoleServer, connectSite, type Site, startConsoleServer } from "./support/chain.ts";
import { startRegistry, type TestRegistry } from "./support/registry.ts";

/** Timetables go by the minute. */
const ONE_RUN_MS = 90_000;
const WAIT_MS = 20_000;

/** Where alerts arrive. */
interface Sink {
  readonly url: string;
  readonly bodies: string[];
  stop(): void;
}

describe("work that goes on in the background", { skip: missing("chromium"), timeout: 300_000 }, () => {
  let advisories: AdvisoryFolder;
  let registry: TestRegistry;
  let server: ConsoleServer;
  let site: Site & { readonly id: string };
  let sink: Sink;
  let ada: PersonsBrowser;
  let bob: PersonsBrowser;

  before(async () => {
    advisories = await createAdvisories();
    await advisories.publish("GHSA-aaaa-bbbb-0001", "left-shelf", "2.0.0", "HIGH");
    registry = await startRegistry();
    await registry.push("team/api", "1.0", "left-shelf", "1.9.0");
    await registry.push("team/api", "1.1", "left-shelf", "1.9.1");
    await registry.push("team/web", "1.0", "right-shelf", "1.0.0");
    server = await startConsoleServer({
      TIDEWAITER_ADVISORY_SOURCES: advisories.path,
      TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS: "true",
      TIDEWAITER_LISTING_AGE_MS: "0",
    });
    site = await connectSite(server, "team", registry.host);
    sink = await startSink();
    [ada, bob] = await Promise.all([openBrowser(), openBrowser()]);
    await signUp(ada.page, server.link);
    await signIn(bob.page, server.url);
  });
  after(async () => {
    await Promise.all([ada?.close(), bob?.close()]);
    await site?.stop();
    sink?.stop();
    await Promise.all([server?.stop(), registry?.stop(), advisories?.remove()]);
  });

  it("shows the import of a repository to two people alike, through a reload, until one of them stops it", async () => {
    registry.hold();
    await ada.page.goto(`${server.url}/connections/${site.id}/pick`);
    await ada.page.getByRole("checkbox", { name: "Choose all of team/api" }).check();
    await ada.page.getByRole("button", { name: "Import", exact: true }).click();
    await ada.page.getByText("0 of 2").waitFor();
    await bob.page.goto(ada.page.url());
    await bob.page.getByText("0 of 2").waitFor();
    await bob.page.getByText("Scanning").first().waitFor();

    await ada.page.reload();
    await ada.page.getByText("0 of 2").waitFor();
    await bob.page.getByRole("button", { name: "Stop the import" }).click();

    for (const { page } of [ada, bob]) {
      await page.getByText("2 of 2").waitFor();
      await page.locator("tbody").getByText("Stopped").nth(1).waitFor();
    }
    await ada.page.reload();
    await ada.page.locator("tbody").getByText("Stopped").nth(1).waitFor();
    registry.release();
  });

  it("scans a tag that a rule found, without anybody asking", async () => {
    const { page } = ada;
    await page.goto(`${server.url}/connections/${site.id}/pick`);
    await page.getByRole("checkbox", { name: "Choose all of team/web" }).check();
    await page.getByLabel("Newest").fill("5");
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByText("1 of 1").waitFor();

    await registry.push("team/web", "2.0", "right-shelf", "2.0.0");
    await page.goto(`${server.url}/connections/${site.id}`);
    await page.getByText("newest 5").waitFor();
    await page.goto(`${server.url}/schedules`);
    const form = page.locator("section", { hasText: "Schedule of a connection" });
    await form.getByLabel("How often").selectOption("custom");
    await form.getByLabel("Cron, five fields, UTC").fill("* * * * *");
    await form.getByText("Next five runs").waitFor();
    await form.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.goto(`${server.url}/images?search=team/web`);

    const row = page.locator("tr", { hasText: "team/web:2.0" });
    await row.getByText("Complete").waitFor({ timeout: ONE_RUN_MS });
    await row.getByText("NEW").waitFor();
  });

  it("turns a clean image red when advisories change, and tells the channel once", async () => {
    const { page } = ada;
    await page.goto(`${server.url}/alerts`);
    await page.getByRole("button", { name: "Add a channel" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("sink");
    await dialog.getByLabel("Address").fill(sink.url);
    await dialog.getByRole("button", { name: "Add" }).click();
    await dialog.getByText("Signing secret").first().waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText("Test: delivered").waitFor();
    await page.goto(`${server.url}/images?search=team/web`);
    const row = page.locator("tr", { hasText: "team/web:2.0" });
    await row.getByText("no findings").or(row.getByText("no data")).waitFor();

    await advisories.publish("GHSA-aaaa-bbbb-0002", "right-shelf", "9.0.0", "CRITICAL");
    await updateAdvisories(server);

    await row.getByTitle("Critical: 1").waitFor();
    await waitUntil(async () => sink.bodies.some((body) => body.includes("GHSA-aaaa-bbbb-0002")));
    await page.goto(`${server.url}/alerts`);
    await page.locator("td", { hasText: "new findings" }).first().waitFor();
    await updateAdvisories(server);
    assert.equal(sink.bodies.filter((body) => body.includes("GHSA-aaaa-bbbb-0002")).length, 1);
  });

  it("hides a finding that was allowed, with its reason, and counts it again when the entry goes", async () => {
    const { page } = ada;
    await page.goto(`${server.url}/images?search=team/web:2.0`);
    await page.goto(`${server.url}/images?search=team/web`);
    await page.getByRole("link", { name: "team/web:2.0" }).click();
    const address = page.url();
    await page.getByRole("button", { name: "GHSA-aaaa-bbbb-0002" }).click();
    await page.getByRole("link", { name: "Allow …" }).click();
    await page.getByLabel("Reason").fill("never called");
    await page.getByRole("button", { name: "Add" }).click();
    await page.locator("td", { hasText: "never called" }).waitFor();

    await page.goto(address);
    await page.getByText("1 before the allow list").first().waitFor();
    await page.getByText("No findings").waitFor();
    await page.getByRole("button", { name: "Show allowed" }).click();
    await page.getByText("allowed", { exact: true }).waitFor();
    await page.goto(`${server.url}/allow-lists?connection=${site.id}`);
    await page.getByText("Its own list only").waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("The list is empty").waitFor();

    await page.goto(address);
    await page.getByRole("button", { name: "GHSA-aaaa-bbbb-0002" }).waitFor();
  });

  it("counts a finding again when the entry that allowed it expires", async () => {
    const { page } = ada;
    const expiresAt = new Date(Date.now() + 6_000).toISOString();
    const entry = { advisories: "GHSA-aaaa-bbbb-0002\nGHSA-aaaa-bbbb-0009", reason: "for a moment", expiresAt };
    await server.call("POST", `/connections/${site.id}/allow-list`, entry);
    await page.goto(`${server.url}/images?search=team/web`);
    const row = page.locator("tr", { hasText: "team/web:2.0" });
    await row.getByText("no findings").waitFor();

    await row.getByTitle("Critical: 1").waitFor();
    await page.goto(`${server.url}/allow-lists?connection=${site.id}`);
    await page.getByText("expired").first().waitFor();
  });

  it("leaves no complaint of either browser", () => {
    assert.deepEqual([...ada.complaints, ...bob.complaints], []);
  });
});

async function startSink(): Promise<Sink> {
  const bodies: string[] = [];
  const listener: Server = createServer((req, res) => {
    let body = "";
    req.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    req.on("end", () => {
      bodies.push(body);
      res.end("ok");
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/alerts`, bodies, stop: () => listener.close() };
}

interface Advisories {
  readonly builtAt: string | null;
  readonly isUpdating: boolean;
  readonly waiting: number;
}

/** Until every stored inventory was compared with what the folder holds now. */
async function updateAdvisories(server: ConsoleServer): Promise<void> {
  const read = (): Promise<Advisories> => server.call<Advisories>("GET", "/advisories");
  const { builtAt } = await read();
  await server.call("POST", "/advisories/update");
  await waitUntil(async () => {
    const now = await read();
    return now.builtAt !== builtAt && !now.isUpdating && now.waiting === 0;
  });
}

async function waitUntil(isTrue: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`waited ${WAIT_MS} ms in vain`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
