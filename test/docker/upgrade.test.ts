import assert from "node:assert/strict";
import { chownSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { SQLITE_JOBS_MIGRATION } from "@tidewaiter/jobs";
import { openDatabase } from "@tidewaiter/runtime";
import type Docker from "dockerode";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { AGENT_MIGRATIONS } from "../../packages/agent/src/state/migrations.ts";
import { migrationsFor } from "../../packages/server/src/store/migrations.ts";
import { sqliteDriver } from "../../packages/server/src/store/sqlite-driver.ts";
import { missing } from "../support/requirements.ts";
import { API_KEY } from "./chain.ts";
import { execIn, healthOf, logsOf, runContainer } from "./containers.ts";
import { startEngine } from "./engine.ts";
import { buildImages, type Images } from "./images.ts";
import { until } from "./until.ts";

/** The account that the processes run under in their containers. */
const USER = 1000;
const FIRST_SERVER_SCHEMA = "0001-access";
const engine = missing("debootstrap") || (await startEngine());
const skip = typeof engine === "string" ? engine : false;

describe("a volume that another release has written", { skip, timeout: 900_000 }, () => {
  if (typeof engine === "string") return;
  const { docker } = engine;
  let images: Images;

  before(async () => {
    images = await buildImages(docker);
  });
  after(() => engine.stop());

  it("is brought forward by the server, which shows what stood in it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "volume-"));
    await writeFirstStore(join(folder, "server.db"));

    const server = await startOn(folder, images.server, { TIDEWAITER_API_KEY: API_KEY });
    const audit = await ask(server, "http://127.0.0.1:7300/api/v1/audit?limit=100");
    await server.remove({ force: true });

    assert.match(audit, /"action":"written-by-an-older-release"/);
  });

  it("is brought forward by the agent, which keeps what stood in it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "volume-"));
    const [first = ""] = AGENT_MIGRATIONS;
    const old = openDatabase(join(folder, "agent.db"), { migrations: [SQLITE_JOBS_MIGRATION, first] });
    old.exec(
      "INSERT INTO scan_digests (connection, digest, job_id) VALUES ('older-release', 'sha256:0', 'job-of-older-release')",
    );
    old.close();

    const agent = await startOn(folder, images.agent, { SNYK_PORT: "8081" });
    await agent.stop({ t: 30 });
    await agent.remove();

    const present = new DatabaseSync(join(folder, "agent.db"));
    const kept = present.prepare("SELECT job_id FROM scan_digests WHERE connection = 'older-release'").all();
    assert.deepEqual(
      kept.map(({ job_id }) => job_id),
      ["job-of-older-release"],
    );
    assert.equal(present.prepare("PRAGMA user_version").get()?.user_version, 1 + AGENT_MIGRATIONS.length);
    present.close();
  });

  it("is left alone when a newer release wrote it, with exit code 78 and what to do", async () => {
    const folder = mkdtempSync(join(tmpdir(), "volume-"));
    await writeFirstStore(
      join(folder, "server.db"),
      "INSERT INTO kysely_migration VALUES ('9999-of-a-newer-release', '')",
    );
    const agentDatabase = new DatabaseSync(join(folder, "agent.db"));
    agentDatabase.exec("PRAGMA user_version = 9999");
    agentDatabase.close();

    for (const image of [images.server, images.agent]) {
      const container = await create(folder, image, {});
      const { StatusCode } = await container.wait();

      assert.equal(StatusCode, 78);
      assert.match(await logsOf(container), /use the newer release/);
      await container.remove();
    }
  });

  function create(folder: string, image: string, env: Readonly<Record<string, string>>): Promise<Docker.Container> {
    for (const name of [".", ...readdirSync(folder)]) chownSync(join(folder, name), USER, USER);
    return runContainer(docker, { name: "upgraded", image, networks: [], binds: [`${folder}:/data`], env });
  }

  async function startOn(folder: string, image: string, env: Readonly<Record<string, string>>) {
    const container = await create(folder, image, env);
    await until("it is healthy", async () => assert.equal(await healthOf(container), "healthy"));
    return container;
  }
});

/** The server's store as its first schema has it, with one entry in the audit log. */
async function writeFirstStore(path: string, further = ""): Promise<void> {
  const file = openDatabase(path);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqliteDriver(file) }) });
  const provider = { getMigrations: async () => migrationsFor("sqlite") };
  const { error } = await new Migrator({ db, provider }).migrateTo(FIRST_SERVER_SCHEMA);
  assert.equal(error, undefined);
  file.exec(
    `INSERT INTO audit (id, at, actor, action, target, address, detail)
     VALUES ('01', ${Date.now()}, 'somebody', 'written-by-an-older-release', 'x', '127.0.0.1', '{}'); ${further}`,
  );
  await db.destroy();
}

async function ask(server: Docker.Container, url: string): Promise<string> {
  const call = `fetch("${url}", { headers: { authorization: "Bearer ${API_KEY}" } }).then((r) => r.text()).then(console.log)`;
  return (await execIn(server, ["node", "-e", call])).output;
}
