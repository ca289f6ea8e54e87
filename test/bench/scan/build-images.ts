import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { MEDIA_TYPES } from "@tidewaiter/oci";
import { debianRootfs } from "../../support/debian-rootfs.ts";
import { benchCache } from "./cache-folder.ts";
import { type ImageRecipe, type LayerRecipe, RECIPES } from "./recipes.ts";

const run = promisify(execFile);
const OPTIONS = { maxBuffer: 256 * 1024 * 1024 };

interface BuiltLayer {
  readonly path: string;
  readonly digest: string;
  readonly diffId: string;
  readonly size: number;
}

/** The OCI layout folder of a bench image. */
export function imageFolder(name: string): string {
  return join(benchCache(), "images", name);
}

/** Builds what is missing. Needs root, debootstrap and the machine's Debian mirror. */
export async function buildImages(names: readonly string[] = RECIPES.map(({ name }) => name)): Promise<void> {
  for (const recipe of RECIPES) {
    if (!names.includes(recipe.name) || existsSync(imageFolder(recipe.name))) continue;
    process.stdout.write(`building ${recipe.name}\n`);
    await buildImage(recipe);
  }
}

async function buildImage({ name, layers }: ImageRecipe): Promise<void> {
  const work = join(benchCache(), `work-${name}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const root = join(work, "root");
  await run("cp", ["-a", await debianRootfs(), root]);
  const built = [await packLayer(work, root, 0)];
  if (layers.length > 0) await copyFile("/etc/resolv.conf", join(root, "etc/resolv.conf"));
  for (const [index, layer] of layers.entries()) {
    const stamp = join(work, "stamp");
    writeFileSync(stamp, "");
    await applyLayer(root, layer, index);
    built.push(await packLayer(work, root, index + 1, stamp));
  }
  writeLayout(join(work, "layout"), built);
  mkdirSync(join(benchCache(), "images"), { recursive: true });
  renameSync(join(work, "layout"), imageFolder(name));
  rmSync(work, { recursive: true, force: true });
}

async function applyLayer(root: string, layer: LayerRecipe, index: number): Promise<void> {
  if ("npm" in layer) {
    const folder = join(root, `srv/application-${index}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"name":"application","version":"1.0.0","private":true}');
    await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...layer.npm], {
      cwd: folder,
      ...OPTIONS,
    });
    return;
  }
  const inside = (...args: string[]): Promise<unknown> =>
    run("chroot", [root, ...args], {
      ...OPTIONS,
      env: { DEBIAN_FRONTEND: "noninteractive", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    });
  // Java's set-up scripts look into /proc.
  await run("mount", ["-t", "proc", "proc", join(root, "proc")]);
  try {
    await inside("apt-get", "-qq", "update");
    await inside("apt-get", "-qq", "-y", "install", "--no-install-recommends", ...layer.debian);
    await inside("apt-get", "clean");
  } finally {
    await run("umount", [join(root, "proc")]);
  }
}

/** Everything, or what changed since the stamp was written; what was deleted is left out, which no bench minds. */
async function packLayer(work: string, root: string, index: number, stamp?: string): Promise<BuiltLayer> {
  const [tar, packed] = [join(work, `${index}.tar`), join(work, `${index}.tar.gz`)];
  const find = `find . -mindepth 1 ${stamp ? `-cnewer ${stamp}` : ""} -not -path './proc/*' -not -path './var/lib/apt/lists/*' -print0`;
  await run("sh", ["-c", `cd ${root} && ${find} | tar --null --no-recursion --files-from=- -cf ${tar}`], OPTIONS);
  const diffId = await hashFile(tar);
  await run("sh", ["-c", `gzip -6 -n < ${tar} > ${packed}`], OPTIONS);
  rmSync(tar);
  return { path: packed, digest: await hashFile(packed), diffId, size: statSync(packed).size };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}

function writeLayout(folder: string, layers: readonly BuiltLayer[]): void {
  const blobs = join(folder, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });
  const add = (mediaType: string, content: unknown): { mediaType: string; digest: string; size: number } => {
    const bytes = Buffer.from(JSON.stringify(content));
    const hex = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  for (const { path, digest } of layers) renameSync(path, join(blobs, digest.slice(7)));
  const diffIds = layers.map(({ diffId }) => diffId);
  const config = add(MEDIA_TYPES.ociConfig, {
    os: "linux",
    architecture: "amd64",
    config: {},
    rootfs: { type: "layers", diff_ids: diffIds },
    history: layers.map((_, index) => ({ created_by: `bench layer ${index}` })),
  });
  const described = layers.map(({ digest, size }) => ({ mediaType: MEDIA_TYPES.ociLayerGzip, digest, size }));
  const manifest = add(MEDIA_TYPES.ociManifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config,
    layers: described,
  });
  const annotations = { "org.opencontainers.image.ref.name": "bench" };
  writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(folder, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  );
}
