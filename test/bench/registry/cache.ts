import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where inputs and the peer are kept between runs; the environment may name another place. */
export function benchFolder(env: NodeJS.ProcessEnv = process.env): string {
  const folder = join(env.TIDEWAITER_BENCH_CACHE ?? join(tmpdir(), "tidewaiter-bench-cache"), "registry");
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface Certificate {
  readonly keyPath: string;
  readonly certificatePath: string;
}

/** For 127.0.0.1: the peer speaks https only. */
export function certificate(): Certificate {
  const folder = benchFolder();
  const [keyPath, certificatePath] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  if (!existsSync(certificatePath)) {
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "30"];
    const args = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      keyPath,
      "-out",
      certificatePath,
      ...names,
    ];
    execFileSync("openssl", args, { stdio: "ignore" });
  }
  return { keyPath, certificatePath };
}

const PACKAGES = ["@snyk/snyk-docker-pull@3.17.1", "@snyk/docker-registry-v2-client@4.0.5"];
/** One of the peer's dependencies asks for a version that the package registry does not serve. */
const MANIFEST = { name: "peer", private: true, overrides: { shescape: "2.1.12" } };

const PEER_SCRIPT = `
const [job, base, name, tag] = process.argv.slice(2);
const reqOptions = { acceptManifest: "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json" };
async function main() {
  const start = performance.now();
  let items = 0;
  if (job === "pull") {
    const { DockerPull } = require("@snyk/snyk-docker-pull");
    const pulled = await new DockerPull().pull(base, name, tag, { username: "ann", password: "pass:word", loadImage: false, reqOptions });
    pulled.stagingDir.removeCallback();
  } else {
    const client = require("@snyk/docker-registry-v2-client");
    const list = job === "repositories" ? await client.getRepos(base, "", "", 100, 10000) : await client.getTags(base, name, "", "", 1000, 10000);
    items = list.length;
  }
  console.log(JSON.stringify({ ms: performance.now() - start, rssMb: process.resourceUsage().maxRSS / 1000, items }));
}
main().catch((error) => { console.error(error); process.exit(1); });
`;

/** Installs the peer into the cache; it is no dependency of the product. Gives its script. */
export function preparePeer(): string {
  const folder = join(benchFolder(), "peer");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "run.cjs"), PEER_SCRIPT);
  if (!existsSync(join(folder, "node_modules/@snyk/docker-registry-v2-client"))) {
    writeFileSync(join(folder, "package.json"), JSON.stringify(MANIFEST));
    const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...PACKAGES];
    execFileSync("npm", args, { cwd: folder, stdio: "pipe" });
  }
  return join(folder, "run.cjs");
}
