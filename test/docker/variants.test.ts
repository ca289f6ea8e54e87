import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type Docker from "dockerode";
import { missing } from "../support/requirements.ts";
import { createNetworks, execIn, logsOf, runContainer } from "./containers.ts";
import { startEngine } from "./engine.ts";
import { buildImages, type Images } from "./images.ts";
import { until } from "./until.ts";

/** Answers every call with 200 and writes the credentials that it was given, one JSON document a line. */
const AGENT = `require("node:http").createServer((req, res) => {
  const text = Buffer.from(req.headers.authorization ?? "", "base64").toString();
  if (req.url === "/systemcheck") console.log("blob=" + JSON.stringify(JSON.parse(text)));
  res.setHeader("content-type", "application/json").end("{}");
}).listen(8081)`;
const KEY = JSON.stringify({ type: "service_account", private_key: "-----BEGIN-----\nab\\c\n-----END-----\n" });

/** The variants of the vendor's page: the client's variables, and what must reach the agent. */
const VARIANTS: Readonly<Record<string, { env: Record<string, string>; blob: object }>> = {
  "Amazon ECR": {
    env: {
      CR_TYPE: "ecr",
      CR_ROLE_ARN: "arn:aws:iam::123456789012:role/reader",
      CR_REGION: "eu-central-1",
      CR_EXTERNAL_ID: "external-canary",
    },
    blob: {
      type: "ecr",
      roleArn: "arn:aws:iam::123456789012:role/reader",
      extra: { region: "eu-central-1", externalId: "external-canary" },
    },
  },
  "Google with a key": {
    env: { CR_TYPE: "gcr", CR_BASE: "eu.gcr.io/project", CR_USERNAME: "_json_key", CR_PASSWORD: KEY },
    blob: { type: "gcr", username: "_json_key", password: KEY, registryBase: "eu.gcr.io/project" },
  },
  DigitalOcean: {
    env: { CR_TYPE: "digitalocean-cr", CR_BASE: "registry.digitalocean.com", CR_TOKEN: "token-canary" },
    blob: {
      type: "digitalocean-cr",
      username: "token-canary",
      password: "token-canary",
      registryBase: "registry.digitalocean.com",
    },
  },
  "Artifactory by its repository path": {
    env: {
      CR_TYPE: "artifactory-cr",
      CR_BASE: "artifactory.example.com/artifactory/api/docker/local",
      CR_USERNAME: "scanner",
      CR_PASSWORD: 'p"ss\\word-canary',
    },
    blob: {
      type: "artifactory-cr",
      username: "scanner",
      password: 'p"ss\\word-canary',
      registryBase: "artifactory.example.com/artifactory/api/docker/local",
    },
  },
};

const engine = missing("debootstrap") || (await startEngine());
const skip = typeof engine === "string" ? engine : false;

describe("the client image with the vendor's variables", { skip, timeout: 900_000 }, () => {
  if (typeof engine === "string") return;
  const { docker } = engine;
  let images: Images;
  let agent: Docker.Container;

  before(async () => {
    images = await buildImages(docker);
    await createNetworks(docker, { inside: true });
    const command = ["node", "-e", AGENT];
    agent = await runContainer(docker, { name: "agent", image: images.base, networks: ["inside"], command });
  });
  after(() => engine.stop());

  for (const [name, { env, blob }] of Object.entries(VARIANTS)) {
    it(`hands the agent the credentials of ${name}, and shows none of them`, async () => {
      const client = await runContainer(docker, {
        name: "client",
        image: images.client,
        networks: ["inside"],
        env: {
          BROKER_TOKEN: "7f0b3c4e-1111-4222-8333-444455556666",
          BROKER_SERVER_URL: "http://127.0.0.1:9",
          BROKER_CLIENT_URL: "http://client:8000",
          CR_AGENT_URL: "http://agent:8081",
          PORT: "8000",
          BROKER_CLIENT_VALIDATION_URL: "http://agent:8081/systemcheck",
          ...env,
        },
      });

      const call = 'fetch("http://127.0.0.1:8000/systemcheck").then((r) => r.text()).then(console.log)';
      const { output } = await until("the client answers", async () => {
        const answer = await execIn(client, ["node", "-e", call]);
        assert.equal(answer.code, 0);
        return answer;
      });

      const seen = (await logsOf(agent)).split("blob=").at(-1) ?? "";
      assert.deepEqual(JSON.parse(seen.slice(0, seen.lastIndexOf("}") + 1)), blob);
      assert.doesNotMatch(output + (await logsOf(client)), /canary|BEGIN/);
      await client.remove({ force: true });
    });
  }
});
