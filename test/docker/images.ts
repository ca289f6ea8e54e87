import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { debianRootfs } from "../support/debian-rootfs.ts";

const run = promisify(execFile);
const ROOT = new URL("../../", import.meta.url).pathname;
/** What the images are built from. */
export const CONTEXT = ["package.json", "package-lock.json", ".npmrc", "tsconfig.json", "docker", "packages"];
const TAR_FLAGS = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--exclude=node_modules", "--exclude=dist"];
const NPM_VERSION = "11.19.1";
const HOST_CA = "/etc/ssl/certs/ca-certificates.crt";

export const TARGETS = ["client", "agent", "server"] as const;
export type Target = (typeof TARGETS)[number];
export type Images = Readonly<Record<Target | "base", string>>;

/** The three images of this work tree, and what they stand on. Each is built once for a state of the sources. */
export async function buildImages(docker: Docker): Promise<Images> {
  const base = await baseImage(docker);
  const folder = mkdtempSync(join(tmpdir(), "context-"));
  const context = join(folder, "context.tar");
  await run("tar", [...TAR_FLAGS, "-C", ROOT, "-cf", context, ...CONTEXT]);
  const hash = createHash("sha256").update(readFileSync(context)).digest("hex").slice(0, 16);
  const images = { base, client: "", agent: "", server: "" };
  for (const target of TARGETS) {
    images[target] = `tidewaiter-test/${target}:${hash}`;
    if (!(await exists(docker, images[target]))) await build(docker, context, target, images);
  }
  rmSync(folder, { recursive: true });
  return images;
}

/**
 * Stands in for the official Node image where none can be pulled: Debian, the Node that we pin, npm, and user 1000.
 * Registries behind a private authority are reached with the machine's own certificates.
 */
async function baseImage(docker: Docker): Promise<string> {
  const tag = `${process.versions.node}-debian`;
  const name = `tidewaiter-test/node:${tag}`;
  if (await exists(docker, name)) return name;
  const folder = `${await debianRootfs()}.node.${process.pid}`;
  await run("cp", ["-a", "--reflink=auto", await debianRootfs(), folder]);
  await addNode(folder);
  const tar = spawn("tar", ["-C", folder, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const options = { repo: "tidewaiter-test/node", tag, changes: `ENV PATH=${path}` };
  await follow(docker, await docker.importImage(tar.stdout, options));
  rmSync(folder, { recursive: true, force: true });
  return name;
}

async function addNode(folder: string): Promise<void> {
  const local = join(folder, "usr/local");
  copyFileSync(process.execPath, join(local, "bin/node"));
  await run("npm", ["install", "--global", "--no-fund", "--no-audit", "--prefix", local, `npm@${NPM_VERSION}`]);
  writeFileSync(join(folder, "etc/passwd"), "node:x:1000:1000::/home/node:/bin/sh\n", { flag: "a" });
  if (!existsSync(HOST_CA)) return;
  mkdirSync(join(folder, dirname(HOST_CA)), { recursive: true });
  copyFileSync(HOST_CA, join(folder, HOST_CA));
  mkdirSync(join(local, "etc"), { recursive: true });
  writeFileSync(join(local, "etc/npmrc"), `cafile=${HOST_CA}\n`);
}

async function build(docker: Docker, context: string, target: Target, images: Images): Promise<void> {
  const options = {
    t: images[target],
    target,
    dockerfile: "docker/Dockerfile",
    buildargs: { NODE_IMAGE: images.base, VERSION: "0.1.0", REVISION: "test" },
    networkmode: "host",
    rm: true,
  };
  await follow(docker, await docker.buildImage(createReadStream(context), options));
}

/** Builds the Dockerfile of a folder under the given name. */
export async function buildFrom(docker: Docker, folder: string, name: string): Promise<string> {
  const { stdout } = spawn("tar", ["-C", folder, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
  await follow(docker, await docker.buildImage(stdout, { t: name, networkmode: "host" }));
  return name;
}

async function exists(docker: Docker, name: string): Promise<boolean> {
  return docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

/** Waits for the end of a build or import. Its failure is an event, of which the client library takes no notice. */
function follow(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  const said: string[] = [];
  let fault: string | undefined;
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error) => {
        fault ??= error?.message;
        if (fault === undefined) resolve();
        else reject(new Error(`${said.slice(-40).join("")}\n${fault}`));
      },
      (event: { stream?: string; error?: string }) => {
        said.push(event.stream ?? "");
        fault ??= event.error;
      },
    );
  });
}
