import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage, layerFromTar } from "@tidewaiter/sample-registry";
import type Docker from "dockerode";
import { findProgram } from "../../scripts/set-up.ts";
import { writeOciLayout } from "../support/oci-layout.ts";
import { addressIn, createNetworks, publishedPort, runContainer } from "./containers.ts";
import type { Images } from "./images.ts";
import { until } from "./until.ts";

export const ACCOUNT = { name: "scanner", password: "registry-password-canary" };
export const API_KEY = "api-key-canary-0123456789abcdef";
export const AGENT_SECRET = "agent-secret-canary-0123456789";
/** `true`: no way out. Server and client meet outside, client and agent inside, agent and registry apart from both. */
export const NETWORKS = { outside: false, inside: true, registries: true };

export interface Chain {
  readonly server: Docker.Container;
  readonly agent: Docker.Container;
  readonly registry: Docker.Container;
  readonly connectionId: string;
  readonly token: string;
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** Pushes a file system of the given tar with skopeo. */
  push(tar: Buffer, reference: string): Promise<void>;
}

/** Server, agent and a real registry with an account, each in its networks; clients are started by the tests. */
export async function startChain(docker: Docker, images: Images): Promise<Chain> {
  await createNetworks(docker, NETWORKS);
  const registry = await startRegistry(docker, images.base);
  const server = await runContainer(docker, {
    name: "server",
    image: images.server,
    networks: ["outside"],
    publish: 7300,
    env: { TIDEWAITER_API_KEY: API_KEY },
  });
  const agent = await runContainer(docker, {
    name: "registry-agent",
    image: images.agent,
    networks: ["inside", "registries"],
    env: { SNYK_PORT: "8081", TIDEWAITER_AGENT_SECRET: AGENT_SECRET },
  });
  const api: Chain["api"] = async (method, path, body) => {
    const port = await publishedPort(server, 7300);
    return call(`http://127.0.0.1:${port}/api/v1${path}`, method, body);
  };
  await until("the server answers", () => api("GET", "/connections"));
  const issued = await api<{ token: string; connection: { id: string } }>("POST", "/connections", {
    name: "closed",
    type: "oci",
  });
  return {
    server,
    agent,
    registry,
    connectionId: issued.connection.id,
    token: issued.token,
    api,
    push: async (tar, reference) => push(tar, `${await addressIn(registry, "registries")}:5000/${reference}`),
  };
}

/** Variables of a client for this chain, by the vendor's names. */
export function clientEnv(chain: Pick<Chain, "token">, name: string, password = ACCOUNT.password) {
  return {
    BROKER_TOKEN: chain.token,
    BROKER_SERVER_URL: "http://server:7300",
    BROKER_CLIENT_URL: `http://${name}:8000`,
    CR_AGENT_URL: "http://registry-agent:8081",
    CR_TYPE: "oci",
    CR_BASE: "registry:5000",
    CR_USERNAME: ACCOUNT.name,
    CR_PASSWORD: password,
    PORT: "8000",
    TIDEWAITER_CR_PLAIN_HTTP: "true",
    TIDEWAITER_AGENT_SECRET: AGENT_SECRET,
  };
}

/** A registry with one account, as `registry` in the network `registries`; by HTTPS when it gets a folder of certificates. */
export async function startRegistry(docker: Docker, base: string, certificates?: string): Promise<Docker.Container> {
  const folder = mkdtempSync(join(tmpdir(), "docker-registry-"));
  const program = findProgram("docker-registry") ?? "docker-registry";
  const htpasswd = execFileSync(findProgram("htpasswd") ?? "htpasswd", ["-Bbn", ACCOUNT.name, ACCOUNT.password]);
  writeFileSync(join(folder, "htpasswd"), htpasswd);
  const tls = "  tls:\n    certificate: /tls/registry.pem\n    key: /tls/registry.key\n";
  writeFileSync(
    join(folder, "config.yml"),
    `version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: /var/lib/registry\nhttp:\n  addr: :5000\n${certificates ? tls : ""}auth:\n  htpasswd:\n    realm: test\n    path: /etc/registry/htpasswd\n`,
  );
  return await runContainer(docker, {
    name: "registry",
    image: base,
    networks: ["registries"],
    binds: [
      `${folder}:/etc/registry:ro`,
      `${program}:/usr/local/bin/docker-registry:ro`,
      ...(certificates ? [`${certificates}:/tls:ro`] : []),
    ],
    command: ["docker-registry", "serve", "/etc/registry/config.yml"],
    isRestricted: false,
  });
}

async function call<T>(url: string, method: string, body: unknown): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${API_KEY}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** Pushes a file system of the given tar to `address`, host, repository and tag, with skopeo. */
export function push(tar: Buffer, address: string): void {
  const layout = mkdtempSync(join(tmpdir(), "pushed-"));
  writeOciLayout(layout, buildImage([layerFromTar(tar)]), "latest");
  execFileSync("skopeo", [
    ...["copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false"],
    `--dest-creds=${ACCOUNT.name}:${ACCOUNT.password}`,
    `oci:${layout}:latest`,
    `docker://${address}`,
  ]);
}
