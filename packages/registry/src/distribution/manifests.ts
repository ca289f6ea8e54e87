import { createHash } from "node:crypto";
import {
  type Digest,
  digestOf,
  type ImageIndex,
  type ImageManifest,
  isDigest,
  isTag,
  MANIFEST_ACCEPT,
  parseManifest,
} from "@tidewaiter/oci";
import { BrokerError, type Logger } from "@tidewaiter/runtime";
import { readBody } from "../http/read-body.ts";
import type { HttpAnswer } from "../http/transport.ts";
import type { RegistryLimits } from "../limits.ts";
import type { ManifestHead } from "../registry.ts";
import type { Session } from "./session.ts";

/** A manifest or index as stored, with the digest of its raw bytes. */
export interface FetchedManifest {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly mediaType: string;
  readonly parsed: ImageManifest | ImageIndex;
}

export interface Manifests {
  /** @throws {BrokerError} MANIFEST_UNKNOWN, DIGEST_MISMATCH (asked by digest, other bytes came), MANIFEST_LEGACY, IMAGE_UNSUPPORTED. */
  fetch(repository: string, reference: string, signal?: AbortSignal): Promise<FetchedManifest>;
  /** By HEAD; by GET where a registry does not serve HEAD, or leaves the digest out: a second one asks only whether it has changed. */
  head(repository: string, reference: string, signal?: AbortSignal): Promise<ManifestHead>;
}

type RootOf = (signal?: AbortSignal) => Promise<URL>;
const MAX_SEEN = 1_000;
const NO_HEAD = new Set(["MANIFEST_UNKNOWN", "REGISTRY_PROTOCOL"]);

export function createManifests(session: Session, rootOf: RootOf, limits: RegistryLimits, log: Logger): Manifests {
  const seenByGet = new Map<string, ManifestHead>();
  const open = async (
    method: "GET" | "HEAD",
    repository: string,
    reference: string,
    signal?: AbortSignal,
    known?: ManifestHead,
  ) => {
    // What is neither could lead to another path.
    if (!isTag(reference) && !isDigest(reference)) {
      throw new BrokerError(
        "REFERENCE_INVALID",
        `${JSON.stringify(reference.slice(0, 200))} is neither tag nor digest`,
      );
    }
    const root = await rootOf(signal);
    const name = `${repository}${isDigest(reference) ? "@" : ":"}${reference}`;
    return session.open({
      method,
      url: new URL(`${repository}/manifests/${reference}`, root),
      target: `repository/${repository}`,
      asked: { kind: "manifest", name },
      // Distribution's ETag of a manifest is its digest (reference, 3.4).
      headers: { accept: MANIFEST_ACCEPT, ...(known && { "if-none-match": `"${known.digest}"` }) },
      isConditional: known !== undefined,
      signal,
    });
  };

  const readRaw = async (answer: HttpAnswer, repository: string, reference: string) => {
    const bytes = await readBody(answer, limits.maxManifestBytes, `the manifest of ${repository}`);
    const digest = verify(bytes, reference, answer);
    const claimed = answer.header("docker-content-digest");
    // A header that disagrees is not believed on tags: many registries send wrong ones (reference, 3.4).
    if (claimed && isDigest(claimed) && claimed !== digest) {
      log.warn("manifest is not the one that its header names", { host: answer.url.host, repository, claimed, digest });
    }
    return { bytes, digest, mediaType: mediaTypeOf(answer) };
  };

  return {
    async fetch(repository, reference, signal) {
      const raw = await readRaw(await open("GET", repository, reference, signal), repository, reference);
      const parsed = parseManifest(raw.bytes, raw.mediaType);
      return { ...raw, mediaType: parsed.mediaType, parsed };
    },
    async head(repository, reference, signal) {
      const seen = await headOnly(() => open("HEAD", repository, reference, signal), reference);
      if (seen) return seen;
      const name = `${repository}:${reference}`;
      const known = seenByGet.get(name);
      const answer = await open("GET", repository, reference, signal, known);
      if (known && answer.status === 304) {
        await answer.discard();
        return known;
      }
      const { bytes, digest, mediaType } = await readRaw(answer, repository, reference);
      const head = { digest, mediaType, sizeBytes: bytes.length };
      if (seenByGet.size >= MAX_SEEN) seenByGet.clear();
      seenByGet.set(name, head);
      return head;
    },
  };
}

async function headOnly(open: () => Promise<HttpAnswer>, reference: string): Promise<ManifestHead | undefined> {
  try {
    const answer = await open();
    await answer.discard();
    const digest = answer.header("docker-content-digest") ?? "";
    if (!isDigest(digest) || (isDigest(reference) && digest !== reference)) return undefined;
    const sizeBytes = Number(answer.header("content-length"));
    return Number.isSafeInteger(sizeBytes) ? { digest, mediaType: mediaTypeOf(answer), sizeBytes } : undefined;
  } catch (error) {
    if (error instanceof BrokerError && NO_HEAD.has(error.code)) return undefined;
    throw error;
  }
}

function mediaTypeOf(answer: HttpAnswer): string {
  return (answer.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** The digest of the bytes, which must be the one that was asked for. */
function verify(bytes: Buffer, reference: string, answer: HttpAnswer): string {
  if (!isDigest(reference)) return digestOf(bytes);
  const algorithm = reference.slice(0, reference.indexOf(":")) as Digest["algorithm"];
  const actual = `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
  if (actual === reference) return reference;
  throw new BrokerError("DIGEST_MISMATCH", `${answer.url.host} sent other bytes for the manifest ${reference}`);
}
