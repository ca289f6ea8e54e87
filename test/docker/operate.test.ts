import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { SAMPLE_ADVISORIES } from "@tidewaiter/advisories";
import type Docker from "dockerode";
import { missing } from "../support/requirements.ts";
import { API_KEY } from "./chain.ts";
import { addressIn, createNetworks, runContainer } from "./containers.ts";
import { startEngine } from "./engine.ts";
import { buildImages, type Images } from "./images.ts";
import { shellBlocks } from "./shell-blocks.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const ROOT = new URL("../../", import.meta.url).pathname;
const engine = missing("docker", "curl", "debootstrap") || (await startEngine());
const skip = typeof engine === "string" ? engine : false;

describe("the commands of the page on operating, unedited", { skip, timeout: 900_000 }, () => {
  if (typeof engine === "string") return;
  const { docker } = engine;
  const blocks = shellBlocks(readFileSync(join(ROOT, "docs/operate.md"), "utf8"));
  const block = (part: string): string => blocks.find((text) => text.includes(part)) ?? assert.fail(part);
  const folder = mkdtempSync(join(tmpdir(), "operator-"));
  let images: Images;
  let server: Docker.Container;

  before(async () => {
    images = await buildImages(docker);
    mkdirSync(join(folder, "bin"));
    symlinkSync(join(ROOT, "packages/cli/bin/tidewaiter.js"), join(folder, "bin/tidewaiter"));
    await createNetworks(docker, { closed: true });
    const env = { TIDEWAITER_API_KEY: API_KEY, TIDEWAITER_ADVISORY_INTERVAL_MS: "0" };
    server = await runContainer(docker, { name: "server", image: images.server, networks: ["closed"], env });
  });
  after(() => engine.stop());

  it("make a bundle of advisories and give it to a server that has no way out", async () => {
    await shell(block("db export"), { SOURCE: SAMPLE_ADVISORIES });

    const env = { API_KEY, SERVER: `http://${await addressIn(server, "closed")}:7300` };
    const { stdout } = await until("the server takes it", () => shell(block("advisories/import"), env));

    const { state, records, lastError } = JSON.parse(stdout);
    assert.equal(state, "fresh");
    assert.ok(records > 100);
    assert.equal(lastError, null);
  });

  it("copy the store of a server that runs", async () => {
    await shell(block("DatabaseSync"));

    const copy = new DatabaseSync(join(folder, "server.db"), { readOnly: true });
    assert.equal(copy.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
    assert.ok(Number(copy.prepare("SELECT count(*) AS count FROM kysely_migration").get()?.count) > 0);
    copy.close();
  });

  const shell = (script: string, env: Readonly<Record<string, string>> = {}) =>
    run("sh", ["-eu", "-c", script], {
      cwd: folder,
      env: { PATH: `${join(folder, "bin")}:${process.env.PATH}`, DOCKER_HOST: engine.host, ...env },
    });
});
