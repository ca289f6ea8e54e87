import type { BuiltManifest } from "@tidewaiter/sample-registry";
import express from "express";
import { pack } from "tar-stream";
import { buildSampleContent } from "../conformance/registry-content.ts";
import type { EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";

export interface DockerDaemon extends EmulatedRegistry {
  readonly engine: Emulator;
  /** Id of a name's image, as the engine shows it. */
  idOf(repository: string, tag: string): string;
}

/** A Docker engine's API over TCP: images, and exports in the form that engines from 25 on write (layers under `blobs/sha256`). */
export async function startDockerDaemon(): Promise<DockerDaemon> {
  const sample = await buildSampleContent({ namespace: "acme" });
  const { content, amd64 } = sample;
  const seat = await takeSeat();
  const app = express();
  const idOf = (repository: string, tag: string): string => configDigest(imageOf(repository, tag) ?? amd64);
  // An engine holds one platform of an index.
  const imageOf = (repository: string, tag: string): BuiltManifest | undefined => {
    const manifest = content.manifest(repository, tag);
    return manifest?.children.length ? amd64 : manifest;
  };
  const find = (name: string): BuiltManifest | undefined => {
    const colon = name.lastIndexOf(":");
    return imageOf(name.slice(0, colon), name.slice(colon + 1));
  };
  app.get(/\/images\/json$/, (_req, res) => {
    const names = content
      .repositories()
      .flatMap((name) => (content.tags(name) ?? []).map((tag) => [name, tag] as const));
    const byId = Map.groupBy(names, ([name, tag]) => idOf(name, tag));
    res.json(
      [...byId].map(([Id, tags]) => ({
        Id,
        RepoTags: tags.map((pair) => pair.join(":")),
        Size: 4321,
        Created: 1_772_000_000,
      })),
    );
  });
  app.get(/\/images\/(.+)\/json$/, (req, res) => {
    const image = find(String(req.params[0]));
    if (image) res.json({ Id: configDigest(image) });
    else res.status(404).json({ message: "No such image" });
  });
  app.get(/\/images\/(.+)\/get$/, (req, res) => {
    const image = find(String(req.params[0]));
    if (!image) return void res.status(404).json({ message: "No such image" });
    exportOf(image, String(req.params[0])).pipe(res);
  });
  seat.serve(app);
  return {
    engine: seat,
    idOf,
    blob: { type: "docker-daemon", registryBase: seat.url.href },
    wrong: { type: "docker-daemon" },
    sample,
    faults: createFaults(),
    calls: seat.calls,
    [Symbol.asyncDispose]: () => seat[Symbol.asyncDispose](),
  };
}

interface ManifestDocument {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

function readManifest({ bytes }: BuiltManifest): ManifestDocument {
  return JSON.parse(Buffer.from(bytes).toString()) as ManifestDocument;
}

/** What an engine calls an image: the digest of its config. */
export function configDigest(image: BuiltManifest): string {
  return readManifest(image).config.digest;
}

/** An image as engines write and read it. */
export function exportOf(image: BuiltManifest, ...names: readonly string[]): ReturnType<typeof pack> {
  const { config, layers } = readManifest(image);
  const path = (digest: string): string => `blobs/sha256/${digest.slice("sha256:".length)}`;
  const archive = pack();
  for (const [digest, bytes] of image.blobs) archive.entry({ name: path(digest) }, Buffer.from(bytes));
  const list = [{ Config: path(config.digest), RepoTags: names, Layers: layers.map(({ digest }) => path(digest)) }];
  archive.entry({ name: "manifest.json" }, JSON.stringify(list));
  archive.finalize();
  return archive;
}
