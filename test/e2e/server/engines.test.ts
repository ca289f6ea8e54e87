import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Bench, createBench, debianPackage } from "../../../packages/server/src/test-data.ts";
import { startTestServer, type TestServer } from "../../../packages/server/src/test-support.ts";
import { type PostgresServer, startPostgres, withoutPostgres } from "../../support/postgres.ts";

const OPENSSL = debianPackage("openssl", "3.0.9-1");
const TAR = debianPackage("tar", "1.34+dfsg-1.2");

/** The same cases on both engines: what one list, filter or claim does, the other must do. */
function suite(
  name: string,
  start: () => Promise<{ env: Record<string, string>; stop: () => Promise<void> }>,
  skip: string | false,
): void {
  describe(`store on ${name}`, { skip }, () => {
    let server: TestServer;
    let bench: Bench;
    let stop: () => Promise<void>;
    let connection: string;

    before(async () => {
      const engine = await start();
      stop = engine.stop;
      server = await startTestServer(engine.env);
      bench = await createBench(server.store.db, server.folder);
      connection = await bench.connection("harbor");
      await bench.scanned(connection, "shop/api:1", [OPENSSL, TAR]);
      await bench.scanned(connection, "shop/api:2", [TAR]);
      await bench.scanned(connection, "shop/web:1", [debianPackage("nothing-known", "1")]);
    });
    after(async () => {
      await bench.matcher.close();
      await server.close();
      await stop();
    });

    type Projects = {
      items: { repository: string; reference: string; totals: { remaining: { total: number } | null } }[];
      nextCursor?: string;
    };
    const names = ({ items }: Projects): string[] =>
      items.map(({ repository, reference }) => `${repository}:${reference}`);
    const get = async <T>(path: string): Promise<T> => {
      const answer = await server.call<T>("GET", path);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return answer.body;
    };

    it("lists, filters and pages projects in one order", async () => {
      const all = await get<Projects>("/projects");
      const first = await get<Projects>("/projects?limit=2");
      const second = await get<Projects>(`/projects?limit=2&cursor=${first.nextCursor}`);
      const fixable = await get<Projects>("/projects?fixable=true&search=API");
      const clean = await get<Projects>("/projects?severity=none");

      assert.deepEqual(names(all), ["shop/api:1", "shop/api:2", "shop/web:1"]);
      assert.deepEqual([...names(first), ...names(second)], names(all));
      assert.deepEqual(names(fixable), ["shop/api:1", "shop/api:2"]);
      assert.deepEqual(names(clean), ["shop/web:1"]);
    });

    it("sorts by severity and by time", async () => {
      assert.equal(names(await get<Projects>("/projects?sort=severity")).at(-1), "shop/web:1");
      assert.deepEqual(names(await get<Projects>("/projects?sort=scannedAt")), [
        "shop/web:1",
        "shop/api:2",
        "shop/api:1",
      ]);
    });

    it("finds images by package and by advisory", async () => {
      type Findings = { items: { id: string; repository: string; package: { name: string } }[] };
      const byPackage = await get<Findings>("/findings?package=tar&limit=500");
      const id = byPackage.items[0]?.id ?? "";
      const byAdvisory = await get<Findings>(`/findings?advisory=${id}&repository=shop/api`);

      const ofConnection = await get<Findings>(`/findings?connectionId=${connection}&package=tar&limit=500`);

      assert.deepEqual(ofConnection.items, byPackage.items);
      assert.ok(byPackage.items.length >= 2);
      assert.deepEqual(
        byAdvisory.items.map((item) => item.id),
        [id, id],
      );
    });

    it("filters every list by the type of registry", async () => {
      type Items = { items: unknown[] };
      for (const path of ["/projects", "/findings", "/scans", "/imports"]) {
        const all = await get<Items>(`${path}?limit=500`);
        const ofType = await get<Items>(`${path}?limit=500&type=oci,ecr`);
        const ofOther = await get<Items>(`${path}?limit=500&type=ecr`);

        assert.deepEqual(ofType.items, all.items, path);
        assert.deepEqual(ofOther.items, [], path);
      }
    });

    it("keeps bytes, counts and times as they were", async () => {
      const project = await server.store.db
        .selectFrom("projects")
        .selectAll()
        .where("reference", "=", "2")
        .executeTakeFirstOrThrow();
      const packages = await get<{ items: { name: string; findings: number }[] }>(
        `/images/${project.image_id}/packages`,
      );

      assert.equal(typeof project.imported_at, "number");
      assert.deepEqual(
        packages.items.map((item) => item.name),
        ["tar"],
      );
      assert.ok((packages.items[0]?.findings ?? 0) > 0);
    });

    it("lets one of several take a due run", async () => {
      await server.call("PATCH", `/connections/${connection}`, { body: { schedule: { kind: "hourly" } } });
      const { db } = server.store;
      await db.updateTable("connections").set({ next_run_at: 1 }).where("id", "=", connection).execute();
      const claim = () =>
        db
          .updateTable("connections")
          .set({ next_run_at: 2 })
          .where("id", "=", connection)
          .where("next_run_at", "=", 1)
          .executeTakeFirst();

      const claims = await Promise.all([claim(), claim(), claim()]);

      assert.ok(claims.filter(({ numUpdatedRows }) => numUpdatedRows === 1n).length <= 1);
    });

    it("hides findings by the allow list and counts again", async () => {
      const before = await get<Projects>("/projects?search=api");
      const { items } = await get<{ items: { id: string }[] }>("/findings?package=tar&limit=1");

      await server.call("POST", "/allow-list", { body: { advisories: items[0]?.id, reason: "test" } });

      const after = await get<Projects>("/projects?search=api");
      const total = ({ items: list }: Projects): number =>
        list.reduce((sum, { totals }) => sum + (totals.remaining?.total ?? 0), 0);
      assert.equal(total(before) - total(after), 2);
    });

    it("removes a connection with all that belongs to it", async () => {
      await server.call("DELETE", `/connections/${connection}`);

      const left = await server.store.db.selectFrom("projects").select("id").execute();
      assert.deepEqual(left, []);
    });
  });
}

suite("SQLite", async () => ({ env: {}, stop: async () => {} }), false);

suite(
  "PostgreSQL",
  async () => {
    const postgres: PostgresServer = await startPostgres();
    return { env: { DATABASE_URL: postgres.url }, stop: () => postgres.close() };
  },
  withoutPostgres(),
);
