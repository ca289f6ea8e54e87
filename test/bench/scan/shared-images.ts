import { type AnalysisStats, analyseImage, type ImageSource, openLayerCache } from "@tidewaiter/image";
import { type BuiltImage, type BuiltLayer, buildImage } from "../../support/built-image.ts";

const IMAGES = 160;
const BASES = 4;
const MIDDLES = 36;
const FILE_BYTES = 200_000;

export interface SharedFigures {
  readonly seconds: number;
  readonly layersFetched: number;
  readonly rssGrowthMb: number;
  readonly rescanHeads: number;
  readonly rescanBlobs: number;
}

/**
 * 160 images over 40 unique layers through one layer cache, twice. The second time each image is asked for by its tag,
 * found to be the same digest, and not opened.
 */
export async function scanSharedImages(): Promise<SharedFigures> {
  const images = await buildShared();
  const cache = openLayerCache(":memory:");
  const counts = { heads: 0, blobs: 0 };
  const known = new Set<string>();
  const scanAll = async (): Promise<number> => {
    let fetched = 0;
    for (const image of images) {
      counts.heads += 1;
      if (known.has(image.digest)) continue;
      const onStats = (stats: AnalysisStats): void => {
        fetched += stats.layersFetched;
      };
      await analyseImage(counting(image, counts), { cache, connection: "bench", onStats });
      known.add(image.digest);
    }
    return fetched;
  };
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const layersFetched = await scanAll();
  const seconds = (performance.now() - started) / 1000;
  const rssGrowthMb = (process.memoryUsage().rss - before) / 1_000_000;
  Object.assign(counts, { heads: 0, blobs: 0 });
  await scanAll();
  return { seconds, layersFetched, rssGrowthMb, rescanHeads: counts.heads, rescanBlobs: counts.blobs };
}

function counting(image: BuiltImage, counts: { blobs: number }): ImageSource {
  return {
    ...image,
    openBlob: (descriptor) => {
      counts.blobs += 1;
      return image.openBlob(descriptor);
    },
  };
}

async function buildShared(): Promise<BuiltImage[]> {
  const bases = Array.from({ length: BASES }, (_, index) => layerOf(`base${index}`, 30));
  const middles = Array.from({ length: MIDDLES }, (_, index) => layerOf(`middle${index}`, 8));
  const images: BuiltImage[] = [];
  for (let number = 0; number < IMAGES; number += 1) {
    const [base, one, two] = [bases[number % BASES], middles[number % MIDDLES], middles[(number * 7 + 1) % MIDDLES]];
    if (base && one && two) images.push(await buildImage([base, one, two]));
  }
  return images;
}

function layerOf(name: string, files: number): BuiltLayer {
  const entries = Array.from(
    { length: files },
    (_, index) => [`opt/${name}/${index}`, Buffer.alloc(FILE_BYTES, `${name}${index}`)] as const,
  );
  const manifest = JSON.stringify({ name, version: "1.0.0" });
  return { ...Object.fromEntries(entries), [`srv/node_modules/${name}/package.json`]: manifest };
}
