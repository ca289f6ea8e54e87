import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { buildImage, buildLayer } from "@tidewaiter/sample-registry";
import { freePorts } from "../support/free-ports.ts";
import { writeOciLayout } from "../support/oci-layout.ts";
import { missing } from "../support/requirements.ts";
import { healthOf, logsOf } from "./containers.ts";
import { startEngine } from "./engine.ts";
import { buildImages, type Images } from "./images.ts";
import { buildPostgres, buildRegistry } from "./stand-ins/stand-ins.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const FOLDER = new URL("../../docker/", import.meta.url).pathname;
const FILES = ["compose.yaml", "compose.registry.yaml"];
const API_KEY = "compose-key-0123456789abcdef";
const STATUS = "Package: musl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.2.3-1\n\n";
const programs = missing("docker-compose", "docker-registry", "skopeo", "debootstrap");
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

  it("refuse to start without a broker token, naming it", async () => {
    const { BROKER_TOKEN: _, ...others } = variables;

    await assert.rejects(compose(["config", "--quiet"], others), /BROKER_TOKEN/);
  });

  it("share the work of two agents and keep all state in PostgreSQL", async () => {
    const scale = {
      ...variables,
      POSTGRES_IMAGE: await buildPostgres(docker, images.base),
      POSTGRES_PASSWORD: "database-password-canary",
      TIDEWAITER_ENCRYPTION_KEY: randomBytes(32).toString("hex"),
    };
    await compose(["up", "--detach", "--no-build"], scale, [...FILES, "compose.scale.yaml"]);

    const states = await Promise.all(["team/one:1", "team/two:1", "team/three:1"].map(scanStates));

    assert.deepEqual(states, [["Complete"], ["Complete"], ["Complete"]]);
    const containers = await docker.listContainers();
    const agents = containers.filter(({ Image }) => Image === images.agent);
    assert.equal(agents.length, 2);
    for (const { Id } of containers) {
      assert.ok(!(await logsOf(docker.getContainer(Id))).includes(scale.POSTGRES_PASSWORD));
    }
    await compose(["down", "--volumes"], scale, [...FILES, "compose.scale.yaml"]);
  });

  const compose = (
    args: readonly string[],
    env: Readonly<Record<string, string>> = variables,
    files: readonly string[] = FILES,
  ) =>
    run("docker-compose", [...files.flatMap((file) => ["--file", join(FOLDER, file)]), ...args], {
      env: { PATH: process.env.PATH, HOME: tmpdir(), DOCKER_HOST: engine.host, COMPOSE_PROJECT_NAME: "tw", ...env },
    });

  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${variables.TIDEWAITER_SERVER_PORT}/api/v1${path}`, {
      method,
      headers: { "content-type": "application/json", authorization: `Bearer ${API_KEY}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, `${method} ${path} answered ${answer.status}`);
    return (await answer.json()) as T;
  };

  /** Pushes an image of this name, imports it and gives the states that its scans end in. */
  async function scanStates(reference: string): Promise<string[]> {
    await push(`127.0.0.1:${variables.REGISTRY_PORT}/${reference}`, reference);
    const { items } = await until("the server answers", () => api<{ items: { id: string }[] }>("GET", "/connections"));
    const started = await api<{ id: string }>("POST", `/connections/${items[0]?.id}/imports`, { images: [reference] });
    return await until("the import is done", async () => {
      const { state } = await api<{ state: string }>("GET", `/imports/${started.id}`);
      assert.equal(state, "done");
      const log = await api<{ items: { state: string }[] }>("GET", `/imports/${started.id}/log`);
      return log.items.map((scan) => scan.state);
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
