import { Readable } from "node:stream";
import type { RegistryConnection, TagMetadata } from "@tidewaiter/contract";
import { DEFAULT_PLATFORM, type Descriptor, formatPlatform, isDigest, platformFit } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { extract } from "tar-stream";
import { platformOf } from "../distribution/resolve.ts";
import { createBlobCheck } from "../distribution/verify.ts";
import type { Registry, ResolvedImage } from "../registry.ts";
import { parseDaemonAddress } from "./daemon-address.ts";
import { createDaemonClient, type DaemonClient } from "./daemon-client.ts";
import { type DaemonImage, readDaemonImage } from "./daemon-image.ts";
import { readExport } from "./export-entries.ts";

/**
 * A local engine's images in the shape of a registry. The engine only gives whole images, so each layer is read from an export of
 * its own: slower than a registry, but nothing is stored.
 */
export function createDaemonRegistry(connection: RegistryConnection): Registry {
  const address = parseDaemonAddress(connection.base);
  const client = createDaemonClient(address);
  return {
    type: "docker-daemon",
    address: "socketPath" in address ? address.socketPath : `${address.host}:${address.port}`,
    async *listRepositories(signal) {
      const names = (await client.images(signal)).flatMap(({ tags }) => tags.map((tag) => splitTag(tag).repository));
      const unique = [...new Set(names)].sort();
      if (unique.length > 0) yield unique;
    },
    async *listTags(repository, signal) {
      const tags = (await tagsOf(client, repository, signal)).map(({ tag }) => tag);
      if (tags.length > 0) yield tags;
    },
    async *listTagsWithMetadata(repository, signal) {
      const tags = await tagsOf(client, repository, signal);
      if (tags.length > 0) yield tags;
    },
    async headManifest(repository, reference, signal) {
      const digest = await client.imageId(nameOf(repository, reference), signal);
      return { digest, mediaType: "", sizeBytes: 0 };
    },
    async resolve(repository, reference, { platform, signal }) {
      const name = nameOf(repository, reference);
      const tagDigest = await client.imageId(name, signal);
      const image = readDaemonImage(await readExport(await client.exportImage(name, signal), signal));
      const resolved = describe(repository, reference, tagDigest, image, (descriptor, blobSignal) =>
        openLayer(client, name, image, descriptor, blobSignal ?? signal),
      );
      if (!platform || platformFit(platform, resolved.platform) > 0) return resolved;
      const found = formatPlatform(resolved.platform);
      throw new BrokerError("PLATFORM_UNKNOWN", `${name} is for ${found}, not for ${formatPlatform(platform)}`);
    },
    // An engine keeps images, not what others attached to them.
    listReferrers: async () => [],
    close: async () => {},
  };
}

type OpenBlob = ResolvedImage["openBlob"];

function describe(
  repository: string,
  reference: string,
  tagDigest: string,
  image: DaemonImage,
  openBlob: OpenBlob,
): ResolvedImage {
  const { manifest, config, digest } = image;
  return {
    repository,
    reference,
    tagDigest,
    digest,
    platform: platformOf(config) ?? DEFAULT_PLATFORM,
    manifest,
    config,
    sizeBytes: manifest.layers.reduce((sum, { size }) => sum + size, config.length),
    verifiesBlobs: true,
    openBlob,
    // Who may talk to the engine may read all of it.
    authorizeBlob: async () => {},
  };
}

async function tagsOf(client: DaemonClient, repository: string, signal?: AbortSignal): Promise<TagMetadata[]> {
  return (await client.images(signal)).flatMap(({ id, tags, sizeBytes }) =>
    tags
      .map(splitTag)
      .filter((name) => name.repository === repository)
      .map(({ tag }) => ({ tag, digest: id, sizeBytes })),
  );
}

function splitTag(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(":");
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

function nameOf(repository: string, reference: string): string {
  if (/^[\w.-]+:\d+\//.test(repository) && !repository.startsWith("localhost")) {
    throw new BrokerError(
      "REGISTRY_HOST_MISMATCH",
      "the image is named after another registry; its local name is asked for",
    );
  }
  return isDigest(reference) ? reference : `${repository}:${reference}`;
}

/** One layer out of an export of its own, verified; the rest of the export is not waited for. */
async function openLayer(
  client: DaemonClient,
  name: string,
  image: DaemonImage,
  descriptor: Descriptor,
  signal?: AbortSignal,
): Promise<Readable> {
  const path = image.paths.get(descriptor.digest);
  if (!path) throw new BrokerError("BLOB_UNKNOWN", `${name} has no layer ${descriptor.digest}`);
  const source = await client.exportImage(name, signal);
  return Readable.from(readLayer(source, path, descriptor), { objectMode: false, signal });
}

async function* readLayer(source: Readable, path: string, descriptor: Descriptor): AsyncGenerator<Buffer> {
  try {
    for await (const entry of source.pipe(extract())) {
      if (entry.header.name !== path) {
        entry.resume();
        continue;
      }
      const check = createBlobCheck(descriptor);
      for await (const chunk of entry) {
        const bytes = Buffer.from(chunk as Uint8Array);
        check.update(bytes);
        yield bytes;
      }
      check.finish();
      return;
    }
    throw new BrokerError("BLOB_UNKNOWN", `the engine's export has no ${path} any more`);
  } finally {
    source.destroy();
  }
}
