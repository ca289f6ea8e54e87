import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { buildImage, buildLayer } from "@tidewaiter/sample-registry";
import { findProgram } from "../../scripts/set-up.ts";
import { freePorts } from "../support/free-ports.ts";
import { writeOciLayout } from "../support/oci-layout.ts";
import { missing } from "../support/requirements.ts";
import { healthOf, logsOf } from "./containers.ts";
import { startEngine } from "./engine.ts";
import { buildImages, CONTEXT, type Images } from "./images.ts";
import { shellBlocks } from "./shell-blocks.ts";
import { buildPostgres, buildRegistry } from "./stand-ins/stand-ins.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const ROOT = new URL("../../", import.meta.url).pathname;
const FOLDER = join(ROOT, "docker");
const FILES = ["compose.yaml", "compose.registry.yaml"];
const API_KEY = "compose-key-0123456789abcdef";
const STATUS = "Package: musl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.2.3-1\n\n";
const programs = missing("docker", "docker-compose", "docker-registry", "skopeo", "debootstrap");
const engine = programs || (await startEngine());
const skip = typeof engine === "string" ? engine : false;

describe("the compose files", { skip, timeout: 900_000 }, () => {
  if (typeof engine === "string") return;
  const { docker } = engine;
  let images: Images;
  let variables: Record<string, string>;

  before(async () => {
    images = await buildImages(docker);
    const registry = await buildRegistry(docker, images.base);
    const [server = 0, client = 0, registryPort = 0] = await freePorts(3);
    variables = {
      BROKER_TOKEN: randomUUID(),
      TIDEWAITER_API_KEY: API_KEY,
      TIDEWAITER_SERVER_IMAGE: images.server,
      TIDEWAITER_CLIENT_IMAGE: images.client,
      TIDEWAITER_AGENT_IMAGE: images.agent,
      REGISTRY_IMAGE: registry,
      TIDEWAITER_SERVER_PORT: String(server),
      TIDEWAITER_CLIENT_PORT: String(client),
      REGISTRY_PORT: String(registryPort),
    };
  });
  after(() => engine.stop());

  it("start server, agent, client and registry, each when those before it are healthy", async () => {
    await compose(["up", "--detach", "--no-build"]);

    const containers = await docker.listContainers();
    const ours = containers.filter(({ Image }) => Object.values(images).includes(Image));
    assert.equal(ours.length, 3);
    for (const { Id } of ours) {
      await until("it is healthy", async () => assert.equal(await healthOf(docker.getContainer(Id)), "healthy"));
    }
    const check = await fetch(`http://127.0.0.1:${variables.TIDEWAITER_CLIENT_PORT}/healthcheck`);
    assert.equal(check.status, 200);
  });

  it("scan an image that is pushed to the registry that only the agent reaches", async () => {
    assert.deepEqual(await scanStates("team/api:1.0"), ["Complete"]);
  });

  it("keep what was scanned when the containers are replaced by new ones", async () => {
    await compose(["down"]);
    await compose(["up", "--detach", "--no-build"]);

    const projects = await until("the server answers", () =>
      api<{ items: { reference: string }[] }>("GET", "/projects"),
    );

    assert.deepEqual(
      projects.items.map(({ reference }) => reference),
      ["1.0"],
    );
    await compose(["down", "--volumes"]);
  });

  it("start from the commands of the start page, unedited, and from images that they build", async () => {
    const folder = checkOut();
    const page = shellBlocks(readFileSync(join(ROOT, "docs/start.md"), "utf8"));
    const commands = page.find((text) => text.includes("compose")) ?? "";
    const { BROKER_TOKEN: _, ...others } = variables;
    const names = Object.entries(others).filter(([name]) => !name.startsWith("TIDEWAITER_") || name.endsWith("_PORT"));

    const { stdout } = await run("sh", ["-eu", "-c", commands], {
      cwd: folder,
      env: { ...composeEnv(Object.fromEntries(names)), PATH: `${join(folder, "bin")}:${process.env.PATH}` },
      maxBuffer: 2 ** 26,
    });

    assert.match(stdout, /\/start#t=/);
    await compose(["down", "--volumes"]);
  });

  it("refuse to start without a broker token, naming it", async () => {
    const { BROKER_TOKEN: _, ...others } = variables;

    await assert.rejects(compose(["config", "--quiet"], others), /BROKER_TOKEN/);
  });

  it("share the work of two servers and two agents, and go on with one of each", async () => {
    const [port = 0] = await freePorts(1);
    const scale = {
      ...variables,
      POSTGRES_IMAGE: await buildPostgres(docker, images.base),
      POSTGRES_PASSWORD: "database-password-canary",
      TIDEWAITER_ENCRYPTION_KEY: randomBytes(32).toString("hex"),
      TIDEWAITER_SERVER_2_PORT: String(port),
    };
    const files = [...FILES, "compose.scale.yaml"];
    await compose(["up", "--detach", "--no-build"], scale, files);

    const both = await Promise.all([
      ...["team/one:1", "team/two:1"].map((reference) => scanStates(reference)),
      ...["team/three:1", "team/four:1"].map((reference) => scanStates(reference, port)),
    ]);
    const [agent] = (await docker.listContainers()).filter(({ Image }) => Image === images.agent);
    await docker.getContainer(agent?.Id ?? "").kill();
    await compose(["kill", "server"], scale, files);
    const others = await scanStates("team/five:1", port);

    assert.deepEqual([...both, others], Array(5).fill(["Complete"]));
    for (const { Id } of await docker.listContainers()) {
      assert.ok(!(await logsOf(docker.getContainer(Id))).includes(scale.POSTGRES_PASSWORD));
    }
    await compose(["down", "--volumes"], scale, files);
  });

  const compose = (
    args: readonly string[],
    env: Readonly<Record<string, string>> = variables,
    files: readonly string[] = FILES,
  ) =>
    run("docker-compose", [...files.flatMap((file) => ["--file", join(FOLDER, file)]), ...args], {
      env: composeEnv(env),
    });

  const composeEnv = (env: Readonly<Record<string, string>>) => ({
    ...{ PATH: process.env.PATH, HOME: tmpdir(), DOCKER_HOST: engine.host, COMPOSE_PROJECT_NAME: "tw" },
    NODE_IMAGE: images.base,
    ...env,
  });

  const serverPort = (): number => Number(variables.TIDEWAITER_SERVER_PORT);

  const api = async <T>(method: string, path: string, body?: unknown, port = serverPort()): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers: { "content-type": "application/json", authorization: `Bearer ${API_KEY}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path} answered ${answer.status}`);
    return (await answer.json()) as T;
  };

  /** Pushes an image of this name, imports it at a server and gives the states that its scans end in, with the code of what failed. */
  async function scanStates(reference: string, port = serverPort()): Promise<string[]> {
    await push(`127.0.0.1:${variables.REGISTRY_PORT}/${reference}`, reference);
    const ask = <T>(method: string, path: string, body?: unknown) => api<T>(method, path, body, port);
    const { items } = await until("the server answers", () => ask<{ items: { id: string }[] }>("GET", "/connections"));
    const body = { images: [reference] };
    const started = await ask<{ id: string }>("POST", `/connections/${items[0]?.id}/imports`, body);
    return await until("the import is done", async () => {
      const { state } = await ask<{ state: string }>("GET", `/imports/${started.id}`);
      assert.equal(state, "done");
      const log = await ask<{ items: { state: string; error: { code: string } | null }[] }>(
        "GET",
        `/imports/${started.id}/log`,
      );
      return log.items.map(({ state, error }) => (error ? `${state} ${error.code}` : state));
    });
  }

  async function push(address: string, marker: string): Promise<void> {
    const layer = await buildLayer({ "var/lib/dpkg/status": STATUS, marker });
    const layout = mkdtempSync(join(tmpdir(), "pushed-"));
    writeOciLayout(layout, buildImage([layer]), "latest");
    const flags = ["copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false"];
    await until("the registry takes it", () =>
      run("skopeo", [...flags, `oci:${layout}:latest`, `docker://${address}`]),
    );
  }
});

/** A copy of what the images are made of, and a `docker` that knows `compose`, which Debian has by its older name only. */
function checkOut(): string {
  const folder = mkdtempSync(join(tmpdir(), "checkout-"));
  const isSource = (path: string): boolean => !/\/(node_modules|dist)$/.test(path);
  for (const name of [...CONTEXT, ".dockerignore"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter: isSource });
  }
  mkdirSync(join(folder, "bin"));
  const [compose, docker] = ["docker-compose", "docker"].map((name) => findProgram(name) ?? name);
  const script = `#!/bin/sh\n[ "$1" = compose ] || exec ${docker} "$@"\nshift\nexec ${compose} "$@"\n`;
  writeFileSync(join(folder, "bin/docker"), script, { mode: 0o755 });
  return folder;
}
