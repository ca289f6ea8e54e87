import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchCache } from "./cache-folder.ts";

const PACKAGES = ["snyk-docker-plugin@9.20.2", "@snyk/snyk-docker-pull@3.17.1"];
/** One of the peer's dependencies asks for a version that the registry does not serve. */
const MANIFEST = { name: "peer", private: true, overrides: { shescape: "2.1.12" } };
const RUNNER = `
const [mode, target, name] = process.argv.slice(2);
const { scan } = require("snyk-docker-plugin");
async function main() {
  let path = target;
  let staging;
  if (mode === "pull") {
    const { DockerPull } = require("@snyk/snyk-docker-pull");
    const reqOptions = { acceptManifest: "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json" };
    const pulled = await new DockerPull().pull(target, name, "1", { loadImage: false, reqOptions });
    staging = pulled.stagingDir;
    path = "oci-archive:" + require("path").join(staging.name, "image.tar");
  } else path = "oci-archive:" + target;
  const { scanResults } = await scan({ path, imageNameAndTag: "bench/image:1" });
  const packages = scanResults.flatMap(({ facts }) => facts).filter(({ type }) => type === "depGraph").reduce((sum, { data }) => sum + data.getPkgs().length - 1, 0);
  if (staging) staging.removeCallback();
  console.log(JSON.stringify({ packages, rssMb: process.resourceUsage().maxRSS / 1000 }));
}
main().catch((error) => { console.error(error); process.exit(1); });
`;

/** Installs the peer into the cache folder; it is no dependency of the product. */
export function installPeer(): void {
  const folder = peerFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "run.cjs"), RUNNER);
  if (existsSync(join(folder, "node_modules/snyk-docker-plugin"))) return;
  writeFileSync(join(folder, "package.json"), JSON.stringify(MANIFEST));
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...PACKAGES];
  execFileSync("npm", args, { cwd: folder, stdio: "pipe" });
}

export function peerScript(): string {
  return join(peerFolder(), "run.cjs");
}

function peerFolder(): string {
  return join(benchCache(), "peer");
}
