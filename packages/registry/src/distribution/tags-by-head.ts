import type { TagMetadata } from "@tidewaiter/contract";
import type { RegistryLimits } from "../limits.ts";
import type { Distribution } from "./distribution.ts";

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
      yield await Promise.all(
        some.map(async (tag) => {
          const { digest, mediaType } = await manifests.head(repository, tag, signal);
          return { tag, digest, mediaType };
        }),
      );
    }
  }
}
