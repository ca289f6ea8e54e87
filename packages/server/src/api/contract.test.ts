import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { type Bench, createBench, debianPackage } from "../test-data.ts";
import { startTestServer, type TestServer } from "../test-support.ts";
import { listRoutes } from "./contract/index.ts";

interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
}

describe("API against its OpenAPI document", () => {
  let server: TestServer;
  let bench: Bench;
  let document: Document;
  const ids: Record<string, string> = {};
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);

  before(async () => {
    server = await startTestServer({ TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS: "true" });
    document = (await server.call<Document>("GET", "/openapi.json")).body;
    bench = await createBench(server.store.db, server.folder);
    await fill();
  });
  after(async () => {
    await bench.matcher.close();
    await server.close();
  });

  /** One of everything, made through the API where that needs no agent. */
  async function fill(): Promise<void> {
    const made = await checked<{ connection: { id: string } }>("POST", "/connections", "/connections", {
      name: "a",
      type: "harbor-cr",
    });
    ids.connection = made.connection.id;
    const scan = await bench.scanned(ids.connection, "shop/api:1", [
      debianPackage("openssl", "3.0.9-1"),
      debianPackage("tar", "1.34+dfsg-1.2"),
    ]);
    await bench.scanned(ids.connection, "shop/web:1", [debianPackage("tar", "1.34+dfsg-1.2")], ["layer 1", "layer 2"]);
    ids.scan = scan.id;
    ids.image = scan.image_id ?? "";
    ids.project = scan.project_id;
    const started = await checked<{ id: string }>(
      "POST",
      "/connections/:id/imports",
      `/connections/${ids.connection}/imports`,
      { images: ["shop/new:1"] },
    );
    ids.import = started.id;
    await checked("POST", "/allow-list", "/allow-list", { advisories: "CVE-2023-5363", reason: "not reachable" });
    const channel = await checked<{ channel: { id: string } }>("POST", "/channels", "/channels", {
      name: "sink",
      kind: "http",
      url: "http://127.0.0.1:9/",
      events: ["scan.failed"],
    });
    ids.channel = channel.channel.id;
    await checked("POST", "/channels/:id/test", `/channels/${ids.channel}/test`);
    await checked("POST", "/keys", "/keys", { name: "ci", role: "viewer", scopes: ["gate"] });
    await checked("POST", "/users", "/users", { role: "member" });
    await checked("PUT", "/schedules/organisation", "/schedules/organisation", { kind: "daily" });
    await checked("PATCH", "/connections/:id", `/connections/${ids.connection}`, {
      schedule: { kind: "custom", cron: "5 4 * * 1" },
    });
  }

  function schemaOf(method: string, route: string): object {
    const operation = document.paths[route.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    const [status = ""] = Object.keys(operation?.responses ?? {});
    return operation?.responses[status]?.content?.["application/json"]?.schema ?? {};
  }

  async function checked<T>(method: string, route: string, path: string, body?: unknown): Promise<T> {
    const answer = await server.call<T>(method, path, { body });
    assert.ok(answer.status < 300, `${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    const isValid = ajv.validate(schemaOf(method, route), answer.body);
    assert.ok(isValid, `${method} ${path}: ${ajv.errorsText()}`);
    return answer.body;
  }

  it("describes every route once", () => {
    const described = Object.values(document.paths).flatMap((methods) => Object.keys(methods));

    assert.equal(described.length, listRoutes().length);
  });

  it("answers every list and view as described", async () => {
    const pathOf = (route: string): string => {
      const kind = /^\/(connection|import|project|image|scan|channel)s\//.exec(route)?.[1] ?? "";
      return route.replace(":id", ids[kind] ?? "none");
    };
    const needsAgent = ["listings.repositories", "listings.tags"];
    const isSession = (operationId: string): boolean => operationId.startsWith("session.");
    for (const { operationId, route } of listRoutes()) {
      if (route.method !== "GET" || route.produces || needsAgent.includes(operationId) || isSession(operationId))
        continue;
      await checked("GET", route.path, pathOf(route.path));
    }
  });

  it("shows totals before and after the allow list, and findings with what hides them", async () => {
    type Findings = { items: { id: string; allowed: { reason: string } | null }[] };
    const image = await checked<{ totals: { found: { total: number }; remaining: { total: number } } }>(
      "GET",
      "/images/:id",
      `/images/${ids.image}`,
    );
    const hidden = await checked<Findings>(
      "GET",
      "/images/:id/findings",
      `/images/${ids.image}/findings?limit=500&search=CVE-2023-5363`,
    );

    assert.equal(image.totals.found.total - image.totals.remaining.total, 1);
    assert.equal(hidden.items[0]?.allowed?.reason, "not reachable");
  });

  it("pages through a list without losing or repeating a row", async () => {
    type Page = { items: { id: string }[]; nextCursor?: string };
    const all = await checked<Page>("GET", "/images/:id/findings", `/images/${ids.image}/findings?limit=500`);
    const seen: string[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const query = cursor ? `&cursor=${cursor}` : "";
      const page: Page = await checked<Page>(
        "GET",
        "/images/:id/findings",
        `/images/${ids.image}/findings?limit=7${query}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }

    assert.ok(seen.length > 7);
    assert.deepEqual(
      seen,
      all.items.map(({ id }) => id),
    );
  });

  it("pages through findings over all images in the order of severity", async () => {
    type Page = { items: { id: string; imageId: string; severity: string }[]; nextCursor?: string };
    const all = await checked<Page>("GET", "/findings", "/findings?limit=500");
    const seen: string[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const page: Page = await checked<Page>(
        "GET",
        "/findings",
        `/findings?limit=9${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...page.items.map(({ id, imageId }) => `${id} ${imageId}`));
      cursor = page.nextCursor;
    }

    assert.deepEqual(
      seen,
      all.items.map(({ id, imageId }) => `${id} ${imageId}`),
    );
    assert.equal(new Set(seen).size, seen.length);
  });

  it("sorts and filters projects, and says which have no data", async () => {
    type Page = { items: { repository: string; state: string; totals: { remaining: object | null } }[] };
    const bySeverity = await checked<Page>("GET", "/projects", "/projects?sort=severity");
    const queued = await checked<Page>("GET", "/projects", "/projects?state=Queued&search=new&new=true");

    assert.deepEqual(
      bySeverity.items.map(({ repository }) => repository),
      ["shop/api", "shop/web"],
    );
    assert.deepEqual(
      queued.items.map(({ repository, totals }) => [repository, totals.remaining]),
      [["shop/new", null]],
    );
  });

  it("exports lists as CSV and documents by their media types", async () => {
    const csv = await server.call<string>("GET", `/images/${ids.image}/export?format=csv`);
    const sarif = await server.call<{ version: string }>("GET", `/images/${ids.image}/export?format=sarif`);
    type Bom = {
      bomFormat: string;
      components: { "bom-ref": string }[];
      vulnerabilities: { affects: { ref: string }[] }[];
    };
    const bom = await server.call<Bom>("GET", `/images/${ids.image}/export?format=cyclonedx`);
    await server.store.db
      .updateTable("scans")
      .set({ import_id: ids.import ?? "" })
      .where("id", "=", ids.scan ?? "")
      .execute();
    type Run = { results: object[] };
    const all = await server.call<{ runs: Run[] }>("GET", `/imports/${ids.import}/findings/export`);
    type Spdx = { spdxVersion: string; packages: { name: string }[] };
    const spdx = await server.call<Spdx>("GET", `/images/${ids.image}/export?format=spdx`);
    const log = await server.call<string>("GET", `/imports/${ids.import}/log/export?format=csv`);

    assert.match(String(csv.body), /^severity,advisory,/);
    assert.deepEqual([sarif.body.version, bom.body.bomFormat], ["2.1.0", "CycloneDX"]);
    assert.equal(all.headers.get("content-type"), "application/sarif+json");
    assert.deepEqual(
      all.body.runs.map(({ results }) => results.length > 0),
      [true],
    );
    assert.equal(spdx.body.spdxVersion, "SPDX-2.3");
    assert.ok(spdx.body.packages.some((item) => item.name === "openssl"));
    const refs = new Set(bom.body.components.map((component) => component["bom-ref"]));
    assert.ok(bom.body.vulnerabilities.length > 0);
    assert.ok(bom.body.vulnerabilities.every(({ affects }) => refs.has(affects[0]?.ref ?? "")));
    assert.match(String(log.body), /shop\/new,1,Queued/);
  });

  it("asks the gate and gets the advisories that stand against an image", async () => {
    type Gate = { verdict: string; findings: { id: string }[] };
    const deny = await checked<Gate>("POST", "/gate", "/gate", {
      reference: "registry.example.com/shop/api:1",
      severity: "unknown",
    });
    const allow = await checked<Gate>("POST", "/gate", "/gate", { reference: "shop/web:1", severity: "critical" });
    const unknown = await checked<Gate>("POST", "/gate", "/gate", { reference: "shop/new:1" });

    assert.deepEqual([deny.verdict, allow.verdict, unknown.verdict], ["deny", "allow", "unknown"]);
    assert.ok(deny.findings.length > 0);
  });
});
