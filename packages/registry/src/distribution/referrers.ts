import { type Descriptor, type ImageIndex, parseManifest } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { nextLink } from "../http/link-header.ts";
import { readBody } from "../http/read-body.ts";
import type { RegistryLimits } from "../limits.ts";
import type { Referrer } from "../registry.ts";
import type { Manifests } from "./manifests.ts";
import { nextPage, readPages } from "./pages.ts";
import type { Session } from "./session.ts";

export interface ReferrersContext {
  readonly session: Session;
  readonly manifests: Manifests;
  readonly rootOf: (signal?: AbortSignal) => Promise<URL>;
  readonly limits: RegistryLimits;
}

const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
/** Suffixes of cosign's tag scheme. */
const COSIGN_TAGS = {
  sig: "application/vnd.dev.cosign.simplesigning.v1+json",
  att: "application/vnd.dsse.envelope.v1+json",
  sbom: "text/spdx+json",
};

/**
 * What refers to a manifest: by the referrers API, else by the tag that stands in for it (distribution specification 1.1,
 * "Listing referrers"), and by cosign's tags. Listed, not looked into.
 */
export async function listReferrers(
  repository: string,
  digest: string,
  context: ReferrersContext,
  signal?: AbortSignal,
): Promise<readonly Referrer[]> {
  const tagged = digest.replace(":", "-");
  const [attached, ...signed] = await Promise.all([
    byApi(repository, digest, context, signal).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
      return byTag(repository, tagged, context, signal);
    }),
    ...Object.entries(COSIGN_TAGS).map(([suffix, type]) =>
      byCosign(repository, `${tagged}.${suffix}`, type, context, signal),
    ),
  ]);
  return [...attached, ...signed.flat()];
}

async function byApi(
  repository: string,
  digest: string,
  { session, rootOf, limits }: ReferrersContext,
  signal?: AbortSignal,
): Promise<Referrer[]> {
  const first = new URL(`${repository}/referrers/${digest}`, await rootOf(signal));
  const found: Referrer[] = [];
  const pages = readPages({
    first,
    keyOf: ({ digest: key }: Descriptor) => key,
    budget: limits.pageBudget,
    what: first.pathname,
    read: async (url) => {
      const asked = { kind: "referrers", name: `${repository}@${digest}` } as const;
      const answer = await session.open({ method: "GET", url, target: `repository/${repository}`, asked, signal });
      if (!answer.header("content-type")?.startsWith(INDEX_TYPE)) {
        await answer.discard();
        throw new BrokerError("NOT_FOUND", `${url.host} has no referrers API`);
      }
      const index = parseManifest(await readBody(answer, limits.maxManifestBytes, "the referrers"), INDEX_TYPE);
      return {
        items: index.kind === "index" ? index.manifests : [],
        next: nextPage(url, nextLink(answer.headers("link"))),
      };
    },
  });
  for await (const page of pages) found.push(...page.map(readReferrer));
  return found;
}

async function byTag(
  repository: string,
  tag: string,
  { manifests }: ReferrersContext,
  signal?: AbortSignal,
): Promise<Referrer[]> {
  try {
    const { parsed } = await manifests.fetch(repository, tag, signal);
    return parsed.kind === "index" ? (parsed as ImageIndex).manifests.map(readReferrer) : [];
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function byCosign(
  repository: string,
  tag: string,
  artifactType: string,
  { manifests }: ReferrersContext,
  signal?: AbortSignal,
): Promise<Referrer[]> {
  try {
    const { digest } = await manifests.head(repository, tag, signal);
    return [{ digest, artifactType, tag }];
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function readReferrer({ digest, artifactType, mediaType }: Descriptor): Referrer {
  return { digest, artifactType: artifactType ?? mediaType };
}

function isAbsent(error: unknown): boolean {
  return error instanceof BrokerError && ["NOT_FOUND", "MANIFEST_UNKNOWN", "REGISTRY_PROTOCOL"].includes(error.code);
}
