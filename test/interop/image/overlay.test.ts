import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { analyseImage } from "@tidewaiter/image";
import fc from "fast-check";
import { type BuiltEntry, type BuiltImage, type BuiltLayer, buildImage } from "../../support/built-image.ts";
import { missing, withoutRoot } from "../../support/requirements.ts";

const LOCK = "package-lock.json";
const FOLDER = { folder: true } as const;

/** A lock file whose one package says where it was written. */
function lockOf(layer: number, place: string): string {
  return JSON.stringify({
    packages: { [`node_modules/l${layer}-${place.replaceAll("/", "-")}`]: { version: "1.0.0" } },
  });
}

/** What a layer may do at one path: nothing, remove it, make it opaque, or put a folder, file or link there. */
const CHOICES = ["nothing", "nothing", "folder", "file", "link", "remove", "opaque", "renew"] as const;
type Choice = (typeof CHOICES)[number];
const layerPlan = fc.record({
  a: fc.constantFrom(...CHOICES),
  "a/b": fc.constantFrom(...CHOICES),
  c: fc.constantFrom(...CHOICES),
  locks: fc.uniqueArray(fc.constantFrom("root", "a", "a/b", "c", "l"), { maxLength: 4 }),
  removedLocks: fc.uniqueArray(fc.constantFrom("root", "a", "a/b", "c"), { maxLength: 2 }),
  link: fc.constantFrom("none", "none", "a", "/c", "../../a/b"),
  isMarkerLast: fc.boolean(),
});
type LayerPlan = typeof layerPlan extends fc.Arbitrary<infer T> ? T : never;

function buildLayer(plan: LayerPlan, layer: number): BuiltLayer {
  const entries: Record<string, BuiltEntry> = {};
  const markers: Record<string, BuiltEntry> = {};
  const folders = new Set(["root"]);
  const place = (path: "a" | "a/b" | "c", choice: Choice): void => {
    const [folder, name] = path.includes("/")
      ? [path.slice(0, path.lastIndexOf("/") + 1), path.slice(path.lastIndexOf("/") + 1)]
      : ["", path];
    if (choice === "remove" || choice === "renew") markers[`${folder}.wh.${name}`] = "";
    if (choice === "folder" || choice === "opaque" || choice === "renew") {
      entries[path] = FOLDER;
      folders.add(path);
    }
    if (choice === "opaque") markers[`${path}/.wh..wh..opq`] = "";
    if (choice === "file") entries[path] = "a file";
    if (choice === "link") entries[path] = { symlink: path === "c" ? "a" : "/c" };
  };
  place("a", plan.a);
  if (folders.has("a")) place("a/b", plan["a/b"]);
  place("c", plan.c);
  if (plan.link !== "none") entries.l = { symlink: plan.link };
  const prefix = (folder: string): string => (folder === "root" ? "" : `${folder}/`);
  for (const folder of plan.locks) {
    // Through `l` the tar names a path whose parent is a link of a lower layer, if it is anything.
    const isThere = folders.has(folder) || (folder === "l" && plan.link === "none" && layer > 0);
    if (isThere) entries[`${prefix(folder)}${LOCK}`] = lockOf(layer, folder);
  }
  for (const folder of plan.removedLocks) if (folders.has(folder)) markers[`${prefix(folder)}.wh.${LOCK}`] = "";
  return plan.isMarkerLast ? { ...entries, ...markers } : { ...firstFolders(entries), ...markers, ...entries };
}

function firstFolders(entries: Record<string, BuiltEntry>): Record<string, BuiltEntry> {
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => entry === FOLDER));
}

function writeLayout(folder: string, { blobs, digest, manifestBytes, manifest }: BuiltImage): void {
  mkdirSync(join(folder, "blobs/sha256"), { recursive: true });
  for (const [name, bytes] of [...blobs, [digest, manifestBytes] as const])
    writeFileSync(join(folder, "blobs/sha256", name.slice(7)), bytes);
  const annotations = { "org.opencontainers.image.ref.name": "test" };
  writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(folder, "index.json"),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: manifest.mediaType, digest, size: manifestBytes.length, annotations }],
    }),
  );
}

/** Names of the packages in the lock files of the image as umoci unpacks it; undefined where it refuses the image. */
function unpackedNames(image: BuiltImage): string[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), "overlay-"));
  try {
    writeLayout(join(folder, "image"), image);
    execFileSync("umoci", ["unpack", "--image", `${folder}/image:test`, join(folder, "bundle")], { stdio: "pipe" });
    return lockNames(join(folder, "bundle/rootfs")).sort();
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lockNames(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const found = lstatSync(path);
    if (found.isDirectory()) return lockNames(path);
    if (name !== LOCK || !found.isFile()) return [];
    return Object.keys(JSON.parse(readFileSync(path, "utf8")).packages).map((key) => key.slice("node_modules/".length));
  });
}

describe("the overlay of layers", { skip: missing("umoci") || withoutRoot() }, () => {
  it("is that which umoci unpacks, for any layers", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(layerPlan, { minLength: 2, maxLength: 4 }), async (plans) => {
        const image = await buildImage(plans.map(buildLayer));
        const expected = unpackedNames(image);
        if (!expected) return;
        compared += 1;

        const { packages } = await analyseImage(image);

        assert.deepEqual(packages.map(({ name }) => name).sort(), expected);
      }),
      { numRuns: 60 },
    );
    assert.ok(compared > 30, `umoci took only ${compared} of the images`);
  });
});
