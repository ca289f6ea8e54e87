import type { ImageMetadata, StateIdentifier } from "@tidewaiter/contract";
import { formatPlatform } from "@tidewaiter/oci";
import type { ResolvedImage } from "@tidewaiter/registry";
import { Router } from "express";
import { z } from "zod";
import { type ImageName, imageInRequest } from "./image-name.ts";
import { type RegistryRouteOptions, withRegistry } from "./with-registry.ts";

/** What we read of an image's config; a damaged one just tells less. */
const configSchema = z.object({
  created: z.string().max(64).optional().catch(undefined),
  config: z
    .object({ Labels: z.record(z.string(), z.string()).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** `/image-metadata` tells of one image; `/get-state-identifier` only whether it is still the same, with one HEAD. */
export function imageRoutes(options: RegistryRouteOptions): Router {
  const router = Router();
  router.get(["/image-metadata", "/image-metadata/*rest"], (req, res) => {
    const image = imageInRequest(req);
    return withRegistry(options, req, res, async ({ registry, signal }) => {
      res.json(describe(image, await registry.resolve(image.repository, image.reference, { signal })));
    });
  });
  router.get("/get-state-identifier", (req, res) => {
    const { repository, reference } = imageInRequest(req);
    return withRegistry(options, req, res, async ({ registry, signal }) => {
      const { digest } = await registry.headManifest(repository, reference, signal);
      res.json({ repository, reference, stateIdentifier: digest } satisfies StateIdentifier);
    });
  });
  return router;
}

function describe({ repository, reference }: ImageName, image: ResolvedImage): ImageMetadata {
  const { created, config } = configSchema.safeParse(parseJson(image.config)).data ?? {};
  const offered = image.index?.manifests.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  return {
    repository,
    reference,
    digest: image.digest,
    mediaType: image.manifest.mediaType,
    sizeBytes: image.sizeBytes,
    layers: image.manifest.layers.length,
    platforms: offered?.filter((name) => !name.startsWith("unknown")) ?? [formatPlatform(image.platform)],
    ...(created && { createdAt: created }),
    ...(config?.Labels && { labels: config.Labels }),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
