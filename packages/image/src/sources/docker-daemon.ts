import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type Descriptor, MEDIA_TYPES } from "@tidewaiter/oci";
import { BrokerError, systemCode } from "@tidewaiter/runtime";
import type Dockerode from "dockerode";
import { extract } from "tar-stream";
import type { ImageSource } from "../image-source.ts";
import { normalizePath } from "../layer/paths.ts";
import { resolvePath } from "../overlay/links.ts";
import { type DockerEntry, diffIdsOf, dockerImage, parseDockerManifest } from "./docker-archive.ts";
import type { SourceOptions } from "./oci-layout.ts";

/** Where the engine is; DOCKER_HOST and its kin, else the usual socket, when left out. */
export interface DaemonOptions extends SourceOptions {
  readonly engine?: Dockerode.DockerOptions;
}

const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_ENTRIES = 100_000;

/**
 * An image of the local Docker engine. The engine gives an image only as one stream, so that is asked for twice: once
 * for manifest and config, once for the layers in the order in which they come. Nothing is stored.
 *
 * @throws {BrokerError} UNAVAILABLE when no engine answers, NOT_FOUND when it has no such image, ARCHIVE_INVALID.
 */
export async function openDockerDaemon(name: string, options: DaemonOptions = {}): Promise<ImageSource> {
  const { default: Docker } = await import("dockerode");
  const image = new Docker(options.engine).getImage(name);
  const exported = (signal?: AbortSignal): Promise<Readable> => exportImage(image, name, signal);
  const { files, sizes, links } = await readMetadata(await exported(options.signal), name);
  const entry = firstImage(files.get("manifest.json"), name);
  const config = files.get(entry.config);
  if (!config) throw new BrokerError("ARCHIVE_INVALID", `the engine gave no config for ${name}`);
  const diffIds = diffIdsOf(config);
  const paths = entry.layers.map((path) => resolvePath(normalizePath(path), links) ?? path);
  const layers = paths.map((path, position): Descriptor => {
    const [digest, size] = [diffIds[position], sizes.get(path)];
    if (!digest || size === undefined) throw new BrokerError("ARCHIVE_INVALID", `the engine gave no layer ${path}`);
    return { mediaType: MEDIA_TYPES.ociLayer, digest, size };
  });
  const byPath = new Map(paths.map((path, position) => [path, diffIds[position] ?? ""]));
  const stream = new LayerStream(byPath, exported);
  return {
    ...dockerImage(config, layers),
    isSequential: true,
    openBlob: (blob, signal) => stream.open(blob.digest, signal),
  };
}

function firstImage(manifest: Buffer | undefined, name: string): DockerEntry {
  const [entry] = manifest ? parseDockerManifest(manifest, name) : [];
  if (!entry) throw new BrokerError("ARCHIVE_INVALID", `the engine gave no manifest for ${name}`);
  return entry;
}

async function exportImage(image: Dockerode.Image, name: string, signal?: AbortSignal): Promise<Readable> {
  try {
    const stream = (await image.get()) as Readable;
    signal?.addEventListener("abort", () => stream.destroy(signal.reason), { once: true });
    return stream;
  } catch (cause) {
    if (cause instanceof Error && "statusCode" in cause && cause.statusCode === 404) {
      throw new BrokerError("NOT_FOUND", `the engine has no image ${name}`, {
        likely: "it was not pulled here, or has another name",
        action: "look at docker image ls",
      });
    }
    throw new BrokerError("UNAVAILABLE", `no Docker engine answers (${systemCode(cause) ?? "refused"})`, {
      cause,
      likely: "it is not running, or this user may not use its socket",
      action: "start it, or set DOCKER_HOST",
    });
  }
}

interface Metadata {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly sizes: ReadonlyMap<string, number>;
  readonly links: ReadonlyMap<string, { target: string }>;
}

/** Keeps small JSON files, wherever the engine's version puts them, and the sizes of all. */
async function readMetadata(stream: Readable, name: string): Promise<Metadata> {
  const [files, sizes, links] = [
    new Map<string, Buffer>(),
    new Map<string, number>(),
    new Map<string, { target: string }>(),
  ];
  for await (const entry of stream.pipe(extract())) {
    const { type, size = 0, linkname } = entry.header;
    const path = normalizePath(entry.header.name);
    if (sizes.size > MAX_ENTRIES) throw new BrokerError("ARCHIVE_INVALID", `${name} has too many entries`);
    if (type === "symlink" && linkname) links.set(path, { target: linkname });
    if (type === "file") sizes.set(path, size);
    const mayBeJson = type === "file" && size <= MAX_JSON_BYTES && !path.endsWith(".tar");
    const bytes = mayBeJson ? await buffer(entry) : undefined;
    if (bytes && (bytes[0] === 0x7b || bytes[0] === 0x5b)) files.set(path, bytes);
    entry.resume();
  }
  return { files, sizes, links };
}

type Waiter = { readonly resolve: (stream: Readable) => void; readonly reject: (error: unknown) => void };

/** Hands each layer of one export to whoever asked for it. */
class LayerStream {
  readonly #byPath: ReadonlyMap<string, string>;
  readonly #exported: (signal?: AbortSignal) => Promise<Readable>;
  readonly #waiters = new Map<string, Waiter>();
  #expected: number;

  constructor(byPath: ReadonlyMap<string, string>, exported: (signal?: AbortSignal) => Promise<Readable>) {
    this.#byPath = byPath;
    this.#exported = exported;
    this.#expected = new Set(byPath.values()).size;
  }

  /** The first export starts when every layer has been asked for; a layer read again gets one of its own. */
  open(digest: string, signal?: AbortSignal): Promise<Readable> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(digest, { resolve, reject });
      if (this.#waiters.size < this.#expected) return;
      this.#expected = 1;
      this.#deliver(new Map(this.#waiters), signal).catch(() => {});
      this.#waiters.clear();
    });
  }

  async #deliver(waiters: Map<string, Waiter>, signal?: AbortSignal): Promise<void> {
    try {
      const stream = await this.#exported(signal);
      for await (const entry of stream.pipe(extract())) {
        const digest = this.#byPath.get(normalizePath(entry.header.name)) ?? "";
        const waiter = entry.header.type === "file" ? waiters.get(digest) : undefined;
        if (waiter) waiter.resolve(Readable.from(entry));
        else entry.resume();
        waiters.delete(digest);
      }
      throw new BrokerError("ARCHIVE_INVALID", "the engine left out a layer");
    } catch (error) {
      for (const { reject } of waiters.values()) reject(error);
    }
  }
}
