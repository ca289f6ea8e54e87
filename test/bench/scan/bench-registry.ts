import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findProgram } from "../../../scripts/set-up.ts";
import { freePorts } from "../../support/free-ports.ts";
import { imageFolder } from "./build-images.ts";
import { benchCache } from "./cache-folder.ts";

export interface BenchRegistry {
  /** `localhost:port`, over TLS. */
  readonly address: string;
  /** File with the certificate of its own authority. */
  readonly ca: string;
  stop(): Promise<void>;
}

/** Debian's docker-registry over TLS on loopback; what was pushed stays in the cache folder. */
export async function startBenchRegistry(): Promise<BenchRegistry> {
  const [port = 0] = await freePorts(1);
  const { ca, key } = certificate();
  const config = join(benchCache(), `registry-${port}.yml`);
  const storage = join(benchCache(), "registry");
  writeFileSync(
    config,
    `version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: ${storage}\nhttp:\n  addr: 127.0.0.1:${port}\n  tls:\n    certificate: ${ca}\n    key: ${key}\n`,
  );
  const child = spawn(findProgram("docker-registry") ?? "docker-registry", ["serve", config], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const address = `localhost:${port}`;
  for (let tries = 0; tries < 200 && !(await answers(`https://${address}/v2/`, ca)); tries += 1) await delay(50);
  return {
    address,
    ca,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(config, { force: true });
    },
  };
}

/** Copies an image's layout folder into the registry, with skopeo, unless it is there. */
export function pushImage(name: string, { address }: BenchRegistry): void {
  if (existsSync(join(benchCache(), `registry/docker/registry/v2/repositories/bench/${name}/_manifests/tags/1`)))
    return;
  const target = `docker://${address}/bench/${name}:1`;
  execFileSync("skopeo", ["copy", "--dest-tls-verify=false", `oci:${imageFolder(name)}:bench`, target], {
    stdio: "pipe",
  });
}

function certificate(): { ca: string; key: string } {
  const folder = join(benchCache(), "tls");
  const [ca, key] = [join(folder, "ca.pem"), join(folder, "key.pem")];
  if (!existsSync(ca)) {
    mkdirSync(folder, { recursive: true });
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const args = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "3650",
      "-keyout",
      key,
      "-out",
      ca,
      ...subject,
    ];
    execFileSync("openssl", args, { stdio: "pipe" });
  }
  return { ca, key };
}

function answers(url: string, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { ca: readFileSync(ca) }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on("error", () => resolve(false));
  });
}
