import { type DocumentOptions, toCycloneDx, toSarif, toSpdx } from "@tidewaiter/inventory";
import type { Response } from "express";
import type { Viewer } from "../access/principal.ts";
import type { EXPORT_FORMATS } from "../api/contract/images.ts";
import type { Images } from "../images/images.ts";
import { toVulnerabilities } from "./cyclonedx-findings.ts";
import { sendFile, sendRows } from "./send-file.ts";
import { FINDINGS_TABLE } from "./tables.ts";

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** An image's findings or bill of materials as a file. What the allow list hides is marked, or left out of SARIF. */
export async function sendImageExport(
  images: Images,
  viewer: Viewer,
  id: string,
  format: ExportFormat,
  version: string,
  res: Response,
): Promise<void> {
  const { image, rows } = await images.allFindings(viewer, id);
  const name = `${image.repository}-${image.digest.slice(7, 19)}`;
  if (format === "csv" || format === "json") {
    await sendRows(res, format, { ...FINDINGS_TABLE, name: `${name}-findings` }, onePage(rows));
    return;
  }
  const options: DocumentOptions = {
    name: image.repository,
    toolVersion: version,
    createdAt: new Date(image.first_seen_at),
  };
  if (format === "sarif") {
    const shown = rows.filter(({ allowed }) => allowed === null);
    const sarif = toSarif(shown, options);
    sendFile(res, "application/sarif+json", `${name}.sarif`, JSON.stringify(sarif));
    return;
  }
  const inventory = await images.inventory(viewer, id);
  if (format === "spdx") {
    sendFile(res, "application/spdx+json", `${name}.spdx.json`, JSON.stringify(toSpdx(inventory, options)));
    return;
  }
  const bom = toCycloneDx(inventory, options);
  const vulnerabilities = toVulnerabilities(rows, referencesOf(bom));
  sendFile(res, "application/vnd.cyclonedx+json", `${name}.cdx.json`, JSON.stringify({ ...bom, vulnerabilities }));
}

async function* onePage<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}

/** How the document names its components. */
function referencesOf(bom: Readonly<Record<string, unknown>>): (purl: string) => string {
  const components = bom.components as readonly { readonly purl?: string; readonly "bom-ref": string }[];
  const byPurl = new Map(components.map((component) => [component.purl, component["bom-ref"]]));
  return (purl) => byPurl.get(purl) ?? purl;
}
