import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { missing } from "../support/requirements.ts";
import { ACCOUNT, type Chain, startChain } from "./chain.ts";
import { addressIn, healthOf, logsOf } from "./containers.ts";
import { startEngine } from "./engine.ts";
import { buildImages, type Images } from "./images.ts";
import { shellBlocks } from "./shell-blocks.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const PAGE = new URL("../../docs/replace-snyk.md", import.meta.url);
const README = new URL("../../README.md", import.meta.url);
const programs = missing("docker", "docker-registry", "skopeo", "htpasswd", "curl", "debootstrap");
const engine = programs || (await startEngine());
const skip = typeof engine === "string" ? engine : false;

describe("the two commands of the page for the vendor's users", { skip, timeout: 900_000 }, () => {
  if (typeof engine === "string") return;
  const { docker } = engine;
  const [start = "", probe = ""] = shellBlocks(readFileSync(PAGE, "utf8"));
  let images: Images;
  let chain: Chain;

  before(async () => {
    images = await buildImages(docker);
    await docker.getImage(images.client).tag({ repo: "tidewaiter/broker-client", tag: "latest" });
    await docker.getImage(images.agent).tag({ repo: "tidewaiter/registry-agent", tag: "latest" });
    chain = await startChain(docker, images);
    await chain.agent.remove({ force: true, v: true });
  });
  after(() => engine.stop());

  /** What a reader puts into the page's variables. */
  const values = () => ({
    BROKER_TOKEN: chain.token,
    BROKER_SERVER_URL: "http://server:7300",
    CR_TYPE: "oci",
    CR_BASE: "registry:5000",
    CR_USERNAME: ACCOUNT.name,
    CR_PASSWORD: ACCOUNT.password,
  });

  it("start a pair, unedited, that reaches server and registry", async () => {
    await shell(start, { NETWORK: "outside", ...values() });
    const agent = docker.getContainer("registry-agent");
    const client = docker.getContainer("broker-client");
    await docker.getNetwork("registries").connect({ Container: agent.id });

    for (const container of [agent, client]) {
      await until("it is healthy", async () => assert.equal(await healthOf(container), "healthy"));
    }
    const health = JSON.parse((await shell(probe.split("\n")[0] ?? "")).stdout);
    assert.deepEqual(
      health.map(({ ok, websocketConnectionOpen }: Record<string, boolean>) => [ok, websocketConnectionOpen]),
      [
        [true, true],
        [true, true],
      ],
    );
  });

  it("answer the chain check in the vendor's shape, with the registry's plain HTTP named as what stands in the way", async () => {
    const [report] = JSON.parse((await shell("curl -sS http://localhost:8000/systemcheck")).stdout);

    assert.equal(report.brokerClientValidationUrlStatusCode, 500);
    assert.equal(report.brokerClientValidationMethod, "GET");
    assert.match(report.maskedCredentials, /^.{3}\*{3}.{3}$/);
    const failed = report.registry.steps.find(({ verdict }: { verdict: string }) => verdict === "fail");
    assert.equal(failed.code, "REGISTRY_PLAIN_HTTP");
  });

  it("go green when the command says that the registry has no TLS", async () => {
    await docker.getContainer("broker-client").remove({ force: true });
    const again = start
      .slice(start.indexOf("docker run -d --restart=always --name broker-client"))
      .replace("-e PORT=8000", "-e PORT=8000 -e TIDEWAITER_CR_PLAIN_HTTP=true");
    await shell(again, { NETWORK: "outside", ...values() });

    const answer = await until("the check is green", async () => (await shell(probe)).stdout);

    assert.match(answer, /"verdict":"pass"/);
    assert.ok((await addressIn(docker.getContainer("broker-client"), "outside")).length > 0);
    for (const name of ["broker-client", "registry-agent"]) {
      assert.ok(!(await logsOf(docker.getContainer(name))).includes(ACCOUNT.password));
    }
  });

  it("stand in the README in a form that runs unedited", async () => {
    for (const name of ["broker-client", "registry-agent"])
      await docker.getContainer(name).remove({ force: true, v: true });
    const block = shellBlocks(readFileSync(README, "utf8")).find((text) => text.includes("docker run")) ?? "";
    const [network = "", agentCommand = "", clientCommand = "", check = ""] = block.split("\n\n");
    await shell(network);
    await docker.getNetwork("tidewaiter").connect({ Container: chain.server.id });

    for (const command of [agentCommand, clientCommand]) await shell(command, values());

    const agent = docker.getContainer("registry-agent");
    await docker.getNetwork("registries").connect({ Container: agent.id });
    await until("the tunnel is up", async () =>
      assert.equal(await healthOf(docker.getContainer("broker-client")), "healthy"),
    );
    const [report] = JSON.parse((await shell(check)).stdout);
    assert.equal(report.registry.registry, "registry:5000");
  });

  const shell = (script: string, env: Readonly<Record<string, string>> = {}) =>
    run("sh", ["-eu", "-c", script], { env: { PATH: process.env.PATH, DOCKER_HOST: engine.host, ...env } });
});
