import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import type Docker from "dockerode";
import { debianRootfs, dpkgQuery } from "../support/debian-rootfs.ts";
import { missing } from "../support/requirements.ts";
import { ACCOUNT, AGENT_SECRET, API_KEY, type Chain, clientEnv, startChain } from "./chain.ts";
import { addressIn, execIn, healthOf, logsOf, runContainer } from "./containers.ts";
import { debianTar } from "./debian-tar.ts";
import { startEngine } from "./engine.ts";
import { buildImages, type Images } from "./images.ts";
import { failureOf, systemCheck } from "./system-check.ts";
import { until } from "./until.ts";

interface Scan {
  readonly state: string;
  readonly imageId: string | null;
  readonly error: { readonly code: string } | null;
}

const CLI = new URL("../../packages/cli/bin/tidewaiter.js", import.meta.url).pathname;
const programs = missing("docker-registry", "skopeo", "htpasswd", "debootstrap");
const engine = programs || (await startEngine());
const skip = typeof engine === "string" ? engine : false;

describe("two containers inside, the server outside, the registry behind the agent", { skip, timeout: 900_000 }, () => {
  if (typeof engine === "string") return;
  const { docker } = engine;
  let images: Images;
  let chain: Chain;
  let client: Docker.Container;

  before(async () => {
    images = await buildImages(docker);
    chain = await startChain(docker, images);
    client = await startClient("broker-client");
    await until("the tunnel is up", async () =>
      assert.equal((await chain.api("GET", `/connections/${chain.connectionId}`)).state, "connected"),
    );
  });
  after(() => engine.stop());

  const startClient = (name: string, password?: string): Promise<Docker.Container> =>
    runContainer(docker, {
      name,
      image: images.client,
      networks: ["outside", "inside"],
      env: clientEnv(chain, name, password),
    });

  it("turns every health probe green", async () => {
    for (const container of [client, chain.agent, chain.server]) {
      await until("a container is healthy", async () => assert.equal(await healthOf(container), "healthy"));
    }
  });

  it("runs every process without root and without a file that it could write outside its volume", async () => {
    for (const container of [client, chain.agent, chain.server]) {
      const ids = await execIn(container, ["sh", "-c", "id -u; grep -E '^(CapEff|NoNewPrivs)' /proc/1/status"]);
      assert.match(ids.output, /^1000\s[\s\S]*CapEff:\s0+\s[\s\S]*NoNewPrivs:\s1/);
      assert.notEqual((await execIn(container, ["touch", "/opt/tidewaiter/x"])).code, 0);
    }
  });

  it("lets only the agent reach the registry, and the server nothing inside", async () => {
    const reaches = async (container: Docker.Container, url: string): Promise<boolean> =>
      (await execIn(container, ["node", "-e", `fetch("${url}").then(() => {}, () => process.exit(1))`])).code === 0;

    assert.equal(await reaches(chain.agent, "http://registry:5000/v2/"), true);
    assert.equal(await reaches(client, "http://registry:5000/v2/"), false);
    assert.equal(await reaches(chain.server, "http://registry-agent:8081/livez"), false);
    assert.equal(await reaches(chain.agent, "http://server:7300/livez"), false);
  });

  it("lists an image that skopeo pushed and scans it to the packages that dpkg-query names", async () => {
    await chain.push(await debianTar(), "base/bookworm:12");
    const green = await systemCheck(client);
    assert.equal(green.status, 200, JSON.stringify(green));

    const listed = await chain.api<{ items: { repository: string }[] }>(
      "GET",
      `/connections/${chain.connectionId}/repositories?limit=10`,
    );
    const scan = await scanned("base/bookworm:12");

    assert.deepEqual(
      listed.items.map(({ repository }) => repository),
      ["base/bookworm"],
    );
    assert.equal(scan.state, "Complete");
    const { items } = await chain.api<{ items: Record<string, string>[] }>(
      "GET",
      `/images/${scan.imageId}/packages?limit=500`,
    );
    assert.deepEqual(
      items.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`).sort(),
      dpkgQuery(await debianRootfs()),
    );
  });

  it("names the wrong password, the stopped registry and the stopped agent in the system check", async () => {
    const wrong = await startClient("wrong-client", "wrong-password-canary");
    await until("the second client answers", async () => assert.notEqual((await systemCheck(wrong)).status, 0));
    assert.deepEqual(await brokenAt(wrong), [500, "auth", "REGISTRY_UNAUTHORIZED"]);
    assert.doesNotMatch(await logsOf(wrong), /wrong-password-canary/);
    await wrong.remove({ force: true });

    await chain.registry.stop({ t: 5 });
    await until("the check notices the registry", async () =>
      assert.deepEqual(await brokenAt(client), [500, "dns", "REGISTRY_DNS"]),
    );
    assert.match((await failureOf(client)).likely, /container is stopped/);
    await chain.registry.start();

    await chain.agent.stop({ t: 30 });
    assert.deepEqual(await brokenAt(client), [500, "agent", "DOWNSTREAM_UNREACHABLE"]);
    assert.match((await failureOf(client)).likely, /agent is not running/);
    await chain.agent.start();
    await until("the check is green again", async () => assert.equal((await systemCheck(client)).status, 200));
  });

  for (const victim of ["client", "agent", "server", "registry"] as const) {
    it(`ends a scan as Complete although the ${victim} is killed in the middle of it`, async () => {
      const container = victim === "client" ? client : chain[victim];
      const reference = `killed/${victim}:1`;
      await chain.push(await debianTar(), reference);
      // A registry that answers nothing holds the scan in the middle for as long as the test needs.
      await chain.registry.pause();
      const started = await startImport(reference);
      await until("the scan is with the agent", async () => assert.equal((await scanOf(started)).state, "Scanning"));

      if (victim === "registry") await chain.registry.unpause();
      await container.kill();
      await container.start();
      if (victim !== "registry") await chain.registry.unpause();

      const scan = await until("the scan ends", async () => {
        const seen = await scanOf(started);
        assert.doesNotMatch(seen.state, /Queued|Scanning/);
        return seen;
      });
      assert.equal(scan.state, "Complete", JSON.stringify(scan));
    });
  }

  it("lets a running scan end when the agent is stopped", async () => {
    await chain.push(await debianTar(), "drained/agent:1");
    await chain.registry.pause();
    const started = await startImport("drained/agent:1");
    await until("the scan is with the agent", async () => assert.equal((await scanOf(started)).state, "Scanning"));

    const stopped = chain.agent.stop({ t: 40 });
    await until("the agent has heard it", async () => assert.match(await logsOf(chain.agent), /"msg":"stopping"/));
    await chain.registry.unpause();
    await stopped;

    assert.equal((await scanOf(started)).state, "Complete");
    assert.equal((await chain.agent.inspect()).State.ExitCode, 0);
    await chain.agent.start();
    await until("the check is green again", async () => assert.equal((await systemCheck(client)).status, 200));
  });

  it("satisfies the doctor, whose bundle holds the report of the whole chain and no secret", async () => {
    const bundle = join(mkdtempSync(join(tmpdir(), "bundle-")), "doctor.tar.gz");
    const at = async (container: Docker.Container, network: string, port: number): Promise<string> =>
      `http://${await addressIn(container, network)}:${port}`;
    const places = [
      ...["--server", await at(chain.server, "outside", 7300)],
      ...["--client", await at(client, "outside", 8000)],
      ...["--agent", await at(chain.agent, "inside", 8081)],
    ];
    const env = { PATH: process.env.PATH, TIDEWAITER_API_KEY: API_KEY, ...clientEnv(chain, "broker-client") };

    const text = await until("the doctor is satisfied", () =>
      execFileSync(process.execPath, [CLI, "doctor", ...places, "--bundle", bundle], { env, encoding: "utf8" }),
    );

    for (const line of [/^server +ready +ok/m, /^client +tunnel +ok/m, /^agent +ready +ok/m, /^registry +pull +ok/m]) {
      assert.match(text, line);
    }
    const content = gunzipSync(readFileSync(bundle)).toString("utf8");
    assert.match(content, /agent-metrics\.txt/);
    for (const secret of [ACCOUNT.password, API_KEY, AGENT_SECRET, chain.token]) {
      assert.ok(!content.includes(secret), secret);
    }
  });

  it("lets the doctor run inside the agent's container, from where client and registry are seen", async () => {
    const places = ["--client", "http://broker-client:8000", "--agent", "http://127.0.0.1:8081"];

    const { code, output } = await execIn(chain.agent, ["tidewaiter", "doctor", ...places]);

    assert.equal(code, 0, output);
    assert.match(output, /registry +pull +ok/);
  });

  it("shows no secret in images or logs", async () => {
    const secrets = [ACCOUNT.password, API_KEY, AGENT_SECRET, chain.token];
    const blob = Buffer.from(ACCOUNT.password).toString("base64").slice(0, 20);
    const texts = await Promise.all([
      ...[client, chain.agent, chain.server].map(logsOf),
      ...[images.client, images.agent, images.server].map(async (name) =>
        JSON.stringify([await docker.getImage(name).inspect(), await docker.getImage(name).history()]),
      ),
    ]);

    for (const text of texts) {
      for (const secret of [...secrets, blob]) assert.ok(!text.includes(secret), secret);
    }
  });

  it("drains and ends with 0 when the containers are stopped", async () => {
    for (const container of [client, chain.agent, chain.server]) {
      await container.stop({ t: 40 });

      const { State } = await container.inspect();
      assert.equal(State.ExitCode, 0);
      assert.match(await logsOf(container), /"msg":"stopped"/);
    }
  });

  async function brokenAt(container: Docker.Container) {
    const { status, step, code } = await failureOf(container);
    return [status, step, code];
  }

  async function startImport(reference: string): Promise<string> {
    const started = await chain.api<{ id: string }>("POST", `/connections/${chain.connectionId}/imports`, {
      images: [reference],
    });
    return started.id;
  }

  /** The only scan of an import. A server that was killed a moment ago does not answer yet. */
  async function scanOf(importId: string): Promise<Scan> {
    const { items } = await chain.api<{ items: Scan[] }>("GET", `/imports/${importId}/log`);
    assert.equal(items.length, 1);
    return items[0] as Scan;
  }

  async function scanned(reference: string): Promise<Scan> {
    const started = await startImport(reference);
    return await until("the scan ends", async () => {
      const scan = await scanOf(started);
      assert.doesNotMatch(scan.state, /Queued|Scanning/);
      return scan;
    });
  }
});
