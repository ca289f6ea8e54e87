import { once } from "node:events";
import { toSarif } from "@tidewaiter/inventory";
import type { Response } from "express";
import type { Viewer } from "../access/principal.ts";
import type { ScanView } from "../api/contract/scans.ts";
import type { Images } from "../images/images.ts";
import { startDownload } from "./send-file.ts";

const HEAD = '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[';

/** One SARIF document with a run for each image of an import, image by image: no more than one is in memory. */
export async function sendImportSarif(
  images: Images,
  viewer: Viewer,
  name: string,
  pages: AsyncIterable<readonly ScanView[]>,
  version: string,
  res: Response,
): Promise<void> {
  startDownload(res, "application/sarif+json", `${name}.sarif`);
  res.write(HEAD);
  const seen = new Set<string>();
  for await (const page of pages) {
    for (const { imageId } of page) {
      if (imageId === null || seen.has(imageId) || res.closed) continue;
      const comma = seen.size > 0 ? "," : "";
      seen.add(imageId);
      const text = comma + (await runOf(images, viewer, imageId, version));
      if (!res.write(text)) await Promise.race([once(res, "drain"), once(res, "close")]);
    }
  }
  res.end("]}");
}

/** What the allow list hides is left out, as in the document of one image. */
async function runOf(images: Images, viewer: Viewer, imageId: string, version: string): Promise<string> {
  const { image, rows } = await images.allFindings(viewer, imageId);
  const shown = rows.filter(({ allowed }) => allowed === null);
  const createdAt = new Date(image.first_seen_at);
  const { runs } = toSarif(shown, { name: image.repository, toolVersion: version, createdAt }) as { runs: unknown[] };
  return JSON.stringify(runs[0]);
}
