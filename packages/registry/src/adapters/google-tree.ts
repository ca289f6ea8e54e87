import type { TagMetadata } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import type { RegistryBase } from "../base-url.ts";
import { tagsByHead } from "../distribution/tags-by-head.ts";
import { readJson } from "../http/read-body.ts";
import { pushDate } from "../vendor-pages.ts";
import type { AdapterContext } from "./adapter.ts";
import { catalogUnsupported } from "./refusal.ts";

const manifestSchema = z.object({
  tag: z.array(z.string()).nullish(),
  mediaType: z.string().nullish(),
  imageSizeBytes: z.string().nullish(),
  timeUploadedMs: z.string().nullish(),
});
const treeSchema = z.object({
  child: z.array(z.string()).nullish(),
  tags: z.array(z.string()).nullish(),
  manifest: z.record(z.string(), manifestSchema).nullish(),
});
type Tree = z.output<typeof treeSchema>;

/** `tags/list` of Google's registries, which tells of folders below and of every manifest (reference, 4.4). */
async function readTree(
  path: string,
  base: RegistryBase,
  { core, limits }: AdapterContext,
  signal?: AbortSignal,
): Promise<Tree> {
  const answer = await core.session.open({
    method: "GET",
    url: new URL(`${path}/tags/list`, base.root),
    target: `repository/${path}`,
    asked: { kind: "tags", name: path },
    signal,
  });
  const parsed = treeSchema.safeParse(await readJson(answer, limits.maxPageBytes, path));
  if (parsed.success) return parsed.data;
  throw new BrokerError("REGISTRY_PROTOCOL", `${base.root.host}: the tags of ${path} have an unknown form`);
}

/** All images below a folder, depth first. */
export async function* walkTree(
  context: AdapterContext,
  start: string | undefined,
  signal?: AbortSignal,
): AsyncGenerator<readonly string[]> {
  if (!start)
    throw catalogUnsupported(
      "name a project in CR_BASE (host/project), since Google's registries list nothing without one",
    );
  const waiting = [start];
  for (let count = 0; ; count += 1) {
    const path = waiting.pop();
    if (path === undefined) return;
    if (count >= context.limits.pageBudget)
      throw new BrokerError("LIMIT_EXCEEDED", `more than ${count} folders below ${start}`);
    const { child, tags } = await readTree(path, context.base, context, signal);
    if (tags && tags.length > 0) yield [path];
    for (const name of (child ?? []).toReversed()) waiting.push(`${path}/${name}`);
  }
}

type Pages = AsyncIterable<readonly TagMetadata[]>;

/** One call tells everything of every tag; `otherwise` is asked where it tells the names only. */
export async function* treeTags(
  context: AdapterContext,
  repository: string,
  signal?: AbortSignal,
  otherwise: () => Pages = () => headTags(context, repository, signal),
): AsyncGenerator<readonly TagMetadata[]> {
  const { manifest, tags } = await readTree(repository, context.base, context, signal);
  const known = Object.entries(manifest ?? {}).flatMap(([digest, entry]) => readManifest(digest, entry));
  if (known.length === 0 && tags && tags.length > 0) yield* otherwise();
  else if (known.length > 0) yield known;
}

/** What the specification's calls tell of each tag. */
export function headTags({ core, limits }: AdapterContext, repository: string, signal?: AbortSignal): Pages {
  return tagsByHead(repository, core.listing.tags(repository, signal), core, limits, signal);
}

function readManifest(
  digest: string,
  { tag, mediaType, imageSizeBytes, timeUploadedMs }: z.output<typeof manifestSchema>,
): TagMetadata[] {
  const sizeBytes = Number(imageSizeBytes);
  return (tag ?? []).map((name) => ({
    tag: name,
    digest,
    ...(mediaType && { mediaType }),
    ...(sizeBytes > 0 && { sizeBytes }),
    ...pushDate(timeUploadedMs && Number(timeUploadedMs)),
  }));
}
