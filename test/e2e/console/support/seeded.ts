import { type AdvisoryFolder, createAdvisories } from "./advisories.ts";
import { type ConsoleServer, connectSite, startConsoleServer } from "./chain.ts";
import { startRegistry } from "./registry.ts";

/** A server with a bit of everything in it: what each page looks like when it is in use. */
export interface SeededServer {
  readonly server: ConsoleServer;
  readonly advisories: AdvisoryFolder;
  /** Every page of the console that the data gives an address to. */
  readonly pages: readonly string[];
  stop(): Promise<void>;
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly state: string; readonly reference: string }[];
}

export async function startSeededServer(): Promise<SeededServer> {
  const advisories = await createAdvisories();
  await advisories.publish("GHSA-aaaa-bbbb-0001", "left-shelf", "2.0.0", "HIGH");
  await advisories.publish("GHSA-aaaa-bbbb-0003", "left-shelf", "3.0.0", "CRITICAL");
  const registry = await startRegistry();
  await registry.push("team/api", "1.0", "left-shelf", "1.9.0");
  await registry.push("team/web", "1.0", "right-shelf", "1.0.0");
  const server = await startConsoleServer({
    TIDEWAITER_ADVISORY_SOURCES: advisories.path,
    TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS: "true",
    TIDEWAITER_CALLS_PER_MINUTE: "100000",
  });
  const site = await connectSite(server, "team", registry.host);
  const projects = await fill(server, site.id);
  return {
    server,
    advisories,
    pages: await pagesOf(server, site.id, projects),
    stop: async () => {
      await site.stop();
      await Promise.all([server.stop(), registry.stop(), advisories.remove()]);
    },
  };
}

async function fill(server: ConsoleServer, id: string): Promise<Listed> {
  await server.call("POST", `/connections/${id}/imports`, {
    images: ["team/api:missing", "team/api:1.0"],
    rules: [{ repository: "team/web", newest: 3 }],
  });
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const advisory = { advisories: "GHSA-aaaa-bbbb-0001", reason: "only in tests", expiresAt };
  await server.call("POST", "/allow-list", advisory);
  const channel = { name: "nobody", kind: "http", url: "http://127.0.0.1:9/", events: ["scan.failed"] };
  await server.call("POST", "/channels", channel);
  await server.call("POST", "/keys", { name: "pipeline", scopes: ["gate"] });
  await server.call("PATCH", `/connections/${id}`, { schedule: { kind: "daily" } });
  for (;;) {
    const projects = await server.call<Listed>("GET", "/projects");
    const isOver = projects.items.every(({ state }) => state === "Complete" || state === "Failed");
    if (projects.items.length === 3 && isOver) return projects;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function pagesOf(server: ConsoleServer, id: string, projects: Listed): Promise<string[]> {
  const [first] = (await server.call<Listed>("GET", "/imports")).items;
  const scanned = projects.items.find(({ state }) => state === "Complete")?.id;
  const failed = projects.items.find(({ state }) => state === "Failed")?.id;
  const tabs = ["findings", "packages", "layers", "history", "dockerfile", "problems"];
  return [
    ...["/", "/images", "/images?group=true", "/findings", "/connections", "/connections/new"],
    ...["/connections/new?type=harbor-cr", `/connections/${id}`, `/connections/${id}/pick`],
    ...["/imports", `/imports/${first?.id}`, "/activity", "/allow-lists", `/allow-lists?connection=${id}`],
    ...tabs.map((tab) => `/images/${scanned}/${tab}`),
    ...[`/images/${failed}`, "/schedules", "/alerts", "/no-such-page"],
    ...["/reports", "/fleet", "/traffic", "/diagnose"],
    ...["account", "people", "keys", "data", "audit"].map((tab) => `/settings/${tab}`),
  ];
}
