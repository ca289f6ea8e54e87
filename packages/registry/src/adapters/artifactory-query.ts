import type { TagMetadata } from "@tidewaiter/contract";
import { isTag } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import type { RegistryLimits } from "../limits.ts";
import type { VendorApi } from "../vendor-api.ts";
import { collectFacts } from "../vendor-facts.ts";
import { pushDate } from "../vendor-pages.ts";
import { isRefusal } from "./refusal.ts";

const PAGE_SIZE = 1_000;
const itemSchema = z.object({
  path: z.string(),
  name: z.string(),
  modified: z.string().nullish(),
  sha256: z.string().nullish(),
});
const answerSchema = z.object({ results: z.array(itemSchema) });

/** A manifest as Artifactory keeps it: a file in a folder that has the tag's name. */
export type StoredManifest = z.output<typeof itemSchema>;

export interface TagQuery {
  readonly api: VendorApi;
  /** `<key>/<image>`. */
  readonly path: string;
  readonly limits: RegistryLimits;
  readonly signal?: AbortSignal;
}

/** The manifests of all tags of an image, by tag; none where queries are not in this edition or not allowed (reference, 4.1). */
export async function queryTags(query: TagQuery): Promise<ReadonlyMap<string, StoredManifest>> {
  try {
    return await collectFacts(pages(query), tagOf);
  } catch (error) {
    const isUnknown = error instanceof BrokerError && error.code === "REGISTRY_PROTOCOL";
    if (isRefusal(error) || isUnknown) return new Map();
    throw error;
  }
}

async function* pages({ api, path, limits, signal }: TagQuery): AsyncGenerator<readonly StoredManifest[]> {
  const [repo = "", ...image] = path.split("/");
  const find = JSON.stringify({
    repo,
    path: { $match: `${image.join("/")}/*` },
    $or: [{ name: "manifest.json" }, { name: "list.manifest.json" }],
  });
  const headers = { "content-type": "text/plain" };
  for (let page = 0; page < limits.pageBudget; page += 1) {
    const bounds = `offset(${page * PAGE_SIZE}).limit(${PAGE_SIZE})`;
    const body = `items.find(${find}).include("repo","path","name","modified","sha256").sort({"$asc":["path"]}).${bounds}`;
    const { data } = await api.call("search/aql", answerSchema, { body, headers, signal });
    // Layers of images below this one, and the platforms of an index, lie in folders that are no tag of it.
    yield data.results.filter((item) => item.path.split("/").length === image.length + 1);
    if (data.results.length < PAGE_SIZE) return;
  }
}

function tagOf({ path }: StoredManifest): string | undefined {
  const folder = path.slice(path.lastIndexOf("/") + 1);
  return isTag(folder) ? folder : undefined;
}

/** Undefined when the query told nothing of this tag. */
export function queriedTag(
  tag: string,
  queried: ReadonlyMap<string, StoredManifest> | undefined,
): TagMetadata | undefined {
  const { sha256, modified } = queried?.get(tag) ?? {};
  return sha256 ? { tag, digest: `sha256:${sha256}`, ...pushDate(modified) } : undefined;
}
