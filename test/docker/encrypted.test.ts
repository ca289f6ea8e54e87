import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type Docker from "dockerode";
import { Agent, fetch } from "undici";
import { findProgram } from "../../scripts/set-up.ts";
import { missing } from "../support/requirements.ts";
import { createCertificates } from "./certificates.ts";
import { ACCOUNT, API_KEY, clientEnv, NETWORKS, push, startRegistry } from "./chain.ts";
import { addressIn, createNetworks, execIn, healthOf, logsOf, publishedPort, runContainer } from "./containers.ts";
import { debianTar } from "./debian-tar.ts";
import { startEngine } from "./engine.ts";
import { buildImages, type Images } from "./images.ts";
import { systemCheck } from "./system-check.ts";
import { until } from "./until.ts";

const PROXY_PORT = 3128;
const programs = missing("docker-registry", "skopeo", "htpasswd", "debootstrap", "openssl", "tinyproxy");
const engine = programs || (await startEngine());
const skip = typeof engine === "string" ? engine : false;

describe("every hop by HTTPS under a private authority, the ways out through a proxy", {
  skip,
  timeout: 900_000,
}, () => {
  if (typeof engine === "string") return;
  const { docker } = engine;
  let certificates: string;
  let images: Images;
  let proxy: Docker.Container;
  let registry: Docker.Container;
  let server: Docker.Container;
  let agent: Docker.Container;
  let client: Docker.Container;
  let connectionId: string;
  let token: string;

  before(async () => {
    images = await buildImages(docker);
    certificates = createCertificates(["server", "broker-client", "registry-agent", "registry"]);
    await createNetworks(docker, NETWORKS);
    proxy = await startProxy();
    registry = await startRegistry(docker, images.base, certificates);
    server = await start("server", images.server, "outside", { TIDEWAITER_API_KEY: API_KEY }, 7300);
    agent = await start("registry-agent", images.agent, "inside", { ...throughProxy, SNYK_PORT: "8081" });
    const body = { name: "closed", type: "oci" };
    const issued = await until("the server answers", () => api<Issued>("POST", "/connections", body));
    connectionId = issued.connection.id;
    token = issued.token;
    client = await start("broker-client", images.client, "inside", { ...throughProxy, ...encryptedEnv(issued) });
  });
  after(() => engine.stop());

  it("turns every health probe green, which follow the listeners to HTTPS", async () => {
    for (const container of [client, agent, server]) {
      await until("a container is healthy", async () => assert.equal(await healthOf(container), "healthy"));
    }
  });

  it("checks and scans although client and agent see nothing but each other and the proxy", async () => {
    push(await debianTar(), `${await addressIn(registry, "registries")}:5000/base/bookworm:12`);

    const check = await systemCheck(client, "https://127.0.0.1:8000");
    const scan = await scanned("base/bookworm:12");

    assert.equal(check.status, 200, JSON.stringify(check));
    assert.equal(scan.state, "Complete");
    const asked = (await logsOf(proxy)).matchAll(/CONNECT (\S+) HTTP/g);
    assert.deepEqual([...new Set([...asked].map(([, target]) => target))].sort(), ["registry:5000", "server:7300"]);
  });

  it("names the certificate as what stands in the way where the authority is unknown", async () => {
    const account = [`CR_USERNAME=${ACCOUNT.name}`, `CR_PASSWORD=${ACCOUNT.password}`];
    const connection = ["CR_TYPE=oci", "CR_BASE=registry:5000", ...account];

    const trusting = await execIn(agent, ["env", ...connection, "tidewaiter", "check"]);
    const strange = await execIn(agent, ["env", "--unset=CA_CERT", ...connection, "tidewaiter", "check"]);

    assert.equal(trusting.code, 0, trusting.output);
    assert.equal(strange.code, 69);
    assert.match(strange.output, /REGISTRY_TLS/);
  });

  it("shows no secret to whoever inspects a container that has them from files", async () => {
    const inspected = JSON.stringify(await client.inspect());

    assert.match(inspected, /CR_PASSWORD_FILE=/);
    for (const secret of [token, ACCOUNT.password]) assert.ok(!inspected.includes(secret));
  });

  const throughProxy = {
    HTTPS_PROXY: `http://proxy:${PROXY_PORT}`,
    NO_PROXY: "broker-client,registry-agent",
  };

  /** The client's variables with HTTPS addresses, and its secrets as files beside the certificates. */
  function encryptedEnv(issued: Issued): Record<string, string> {
    const { TIDEWAITER_CR_PLAIN_HTTP: _, TIDEWAITER_AGENT_SECRET: __, ...env } = clientEnv(issued, "broker-client");
    return Object.fromEntries(
      Object.entries(env).map(([name, value]) => {
        if (name !== "BROKER_TOKEN" && name !== "CR_PASSWORD") return [name, value.replace("http://", "https://")];
        writeFileSync(join(certificates, name), value);
        return [`${name}_FILE`, `/tls/${name}`];
      }),
    );
  }

  function start(name: string, image: string, network: string, env: Record<string, string>, publish?: number) {
    return runContainer(docker, {
      name,
      image,
      networks: [network],
      binds: [`${certificates}:/tls:ro`],
      env: { HTTPS_CERT: `/tls/${name}.pem`, HTTPS_KEY: `/tls/${name}.key`, CA_CERT: "/tls/ca.pem", ...env },
      ...(publish && { publish }),
    });
  }

  async function startProxy(): Promise<Docker.Container> {
    const folder = mkdtempSync(join(tmpdir(), "proxy-"));
    const lines = ["Port 3128", "LogLevel Connect", "Timeout 600", "ConnectPort 7300", "ConnectPort 5000"];
    writeFileSync(join(folder, "tinyproxy.conf"), `${lines.join("\n")}\n`);
    const program = findProgram("tinyproxy") ?? "tinyproxy";
    return await runContainer(docker, {
      name: "proxy",
      image: images.base,
      networks: ["inside", "outside", "registries"],
      binds: [`${folder}:/etc/proxy:ro`, `${program}:/usr/local/bin/tinyproxy:ro`],
      command: ["tinyproxy", "-d", "-c", "/etc/proxy/tinyproxy.conf"],
      isRestricted: false,
    });
  }

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const ca = readFileSync(join(certificates, "ca.pem"), "utf8");
    const dispatcher = new Agent({ connect: { ca } });
    const port = await publishedPort(server, 7300);
    const answer = await fetch(`https://127.0.0.1:${port}/api/v1${path}`, {
      method,
      dispatcher,
      headers: { "content-type": "application/json", authorization: `Bearer ${API_KEY}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    await dispatcher.close();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }

  /** Imports an image once the tunnel is up, and gives the scan as it ended. */
  async function scanned(reference: string): Promise<{ readonly state: string }> {
    const path = `/connections/${connectionId}/imports`;
    const started = await until("the import is taken", () =>
      api<{ id: string }>("POST", path, { images: [reference] }),
    );
    return await until("the scan ends", async () => {
      const { items } = await api<{ items: { state: string }[] }>("GET", `/imports/${started.id}/log`);
      const [scan] = items;
      assert.match(scan?.state ?? "", /Complete|Failed|Stopped|Unsupported/);
      return scan as { state: string };
    });
  }
});

interface Issued {
  readonly token: string;
  readonly connection: { readonly id: string };
}
