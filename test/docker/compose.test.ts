import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { buildImage, buildLayer } from "@tidewaiter/sample-registry";
import { findProgram } from "../../scripts/set-up.ts";
import { freePorts } from "../support/free-ports.ts";
import { writeOciLayout } from "../support/oci-layout.ts";
import { missing } from "../support/requirements.ts";
import { healthOf } from "./containers.ts";
import { startEngine } from "./engine.ts";
import { buildFrom, buildImages, type Images } from "./images.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const FILES = new URL("../../docker/", import.meta.url).pathname;
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
    const registry = await buildRegistry();
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
    await push(`127.0.0.1:${variables.REGISTRY_PORT}/team/api:1.0`);
    const { items } = await api<{ items: { id: string }[] }>("GET", "/connections");
    const started = await api<{ id: string }>("POST", `/connections/${items[0]?.id}/imports`, {
      images: ["team/api:1.0"],
    });

    const log = await until("the import is done", async () => {
      const { state } = await api<{ state: string }>("GET", `/imports/${started.id}`);
      assert.equal(state, "done");
      return api<{ items: { state: string }[] }>("GET", `/imports/${started.id}/log`);
    });

    assert.deepEqual(
      log.items.map(({ state }) => state),
      ["Complete"],
    );
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

  it("are well formed with PostgreSQL and two agents", async () => {
    const scale = { ...variables, POSTGRES_PASSWORD: "password", TIDEWAITER_ENCRYPTION_KEY: "0".repeat(64) };

    const { stdout } = await compose(["config"], scale, ["compose.yaml", "compose.scale.yaml"]);

    assert.match(stdout, /scale: 2/);
    assert.match(stdout, /postgres:\/\/tidewaiter:password@postgres:5432\/agent/);
  });

  const compose = (
    args: readonly string[],
    env: Readonly<Record<string, string>> = variables,
    files: readonly string[] = ["compose.yaml", "compose.registry.yaml"],
  ) =>
    run("docker-compose", [...files.flatMap((file) => ["--file", join(FILES, file)]), ...args], {
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

  /** Stands in for the official registry image, which cannot be pulled here: Debian's registry, anonymous, on 5000. */
  async function buildRegistry(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "registry-image-"));
    cpSync(findProgram("docker-registry") ?? "docker-registry", join(folder, "docker-registry"));
    writeFileSync(
      join(folder, "config.yml"),
      "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /var/lib/registry\nhttp:\n  addr: :5000\n",
    );
    writeFileSync(
      join(folder, "Dockerfile"),
      `FROM ${images.base}\nCOPY docker-registry config.yml /opt/\nCMD ["/opt/docker-registry", "serve", "/opt/config.yml"]\n`,
    );
    return await buildFrom(docker, folder, "tidewaiter-test/registry:latest");
  }

  async function push(address: string): Promise<void> {
    const layer = await buildLayer({ "var/lib/dpkg/status": STATUS });
    const layout = mkdtempSync(join(tmpdir(), "pushed-"));
    writeOciLayout(layout, buildImage([layer]), "latest");
    const flags = ["copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false"];
    await until("the registry takes it", () =>
      run("skopeo", [...flags, `oci:${layout}:latest`, `docker://${address}`]),
    );
  }
});
