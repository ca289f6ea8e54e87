import type { TagMetadata } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import type { RegistryLimits } from "../limits.ts";
import type { Distribution } from "./distribution.ts";
import type { Manifests } from "./manifests.ts";

/** Tags with what a HEAD tells: digest and media type. A date is not among it, so none is given. */
export async function* tagsByHead(
  repository: string,
  tags: AsyncIterable<readonly string[]>,
  { manifests }: Distribution,
  { callsPerHost }: RegistryLimits,
  signal?: AbortSignal,
): AsyncGenerator<readonly TagMetadata[]> {
  for await (const page of tags) {
    for (let start = 0; start < page.length; start += callsPerHost) {
      const some = page.slice(start, start + callsPerHost);
      const found = await Promise.all(some.map((tag) => tagByHead(repository, tag, manifests, signal)));
      yield found.filter((tag) => tag !== undefined);
    }
  }
}

/** Undefined when the tag went away between the list and the look. */
async function tagByHead(
  repository: string,
  tag: string,
  manifests: Manifests,
  signal?: AbortSignal,
): Promise<TagMetadata | undefined> {
  try {
    const { digest, mediaType } = await manifests.head(repository, tag, signal);
    return { tag, digest, mediaType };
  } catch (error) {
    if (error instanceof BrokerError && error.code === "MANIFEST_UNKNOWN") return undefined;
    throw error;
  }
}
