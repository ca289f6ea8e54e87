import type { TagMetadata } from "@tidewaiter/contract";
import { formatPlatform } from "@tidewaiter/oci";
import { z } from "zod";
import { pushDate } from "../vendor-pages.ts";

const text = z.string().nullish();

/** One manifest of an image in Artifact Registry's API (reference, 4.6). */
export const dockerImageSchema = z.object({
  name: z.string(),
  uri: z.string(),
  tags: z.array(z.string()).nullish(),
  imageSizeBytes: text,
  uploadTime: text,
  mediaType: text,
  imageManifests: z.array(z.object({ os: text, architecture: text, variant: text })).nullish(),
});
type DockerImage = z.output<typeof dockerImageSchema>;

/** The tags of one image out of the list of its whole repository. */
export async function* mapTags(
  pages: AsyncIterable<readonly DockerImage[]>,
  repository: string,
): AsyncGenerator<readonly TagMetadata[]> {
  for await (const page of pages) {
    // `host/project/repository/image@digest`
    const own = page.filter(({ uri }) => uri.slice(uri.indexOf("/") + 1).split("@")[0] === repository);
    const tags = own.flatMap(readImage);
    if (tags.length > 0) yield tags;
  }
}

function readImage({ uri, tags, imageSizeBytes, uploadTime, mediaType, imageManifests }: DockerImage): TagMetadata[] {
  const [, digest] = uri.split("@");
  const sizeBytes = Number(imageSizeBytes);
  const platforms = (imageManifests ?? []).flatMap(({ os, architecture, variant }) =>
    os && architecture ? [formatPlatform({ os, architecture, ...(variant && { variant }) })] : [],
  );
  return (tags ?? []).map((tag) => ({
    tag,
    ...(digest && { digest }),
    ...(mediaType && { mediaType }),
    ...(sizeBytes > 0 && { sizeBytes }),
    ...(platforms.length > 0 && { platforms }),
    ...pushDate(uploadTime),
  }));
}
