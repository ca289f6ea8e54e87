import type { Inventory } from "../model.ts";
import { dependencyIds, type Identified, identify, inventoryUuid } from "./identifiers.ts";
import type { DocumentOptions } from "./options.ts";

type Json = Readonly<Record<string, unknown>>;
const DOCUMENT = "SPDXRef-DOCUMENT";
const IMAGE = "SPDXRef-Image";
const NOTHING_SAID = "NOASSERTION";

/** The inventory as an SPDX 2.3 document (ISO/IEC 5962 and its successor, JSON form). */
export function toSpdx(inventory: Inventory, options: DocumentOptions): Json {
  const packages = identify(inventory.packages);
  const refs = new Map(packages.map(({ id }, index) => [id, `SPDXRef-Package-${index + 1}`]));
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: DOCUMENT,
    name: options.tag ? `${options.name}:${options.tag}` : options.name,
    documentNamespace: `https://tidewaiter.invalid/spdx/${inventoryUuid(inventory)}`,
    creationInfo: {
      // The format has no fractions of a second.
      created: options.createdAt.toISOString().replace(/\.\d+Z$/, "Z"),
      creators: [`Tool: tidewaiter-${options.toolVersion}`],
    },
    documentDescribes: [IMAGE],
    packages: [imagePackage(inventory, options), ...packages.map((entry) => toPackage(entry, refs))],
    relationships: relationships(packages, refs),
  };
}

function imagePackage({ image }: Inventory, { name, tag }: DocumentOptions): Json {
  return {
    SPDXID: IMAGE,
    name,
    versionInfo: tag ?? image.digest,
    ...COMMON,
    primaryPackagePurpose: "CONTAINER",
    checksums: checksumOf(image.digest),
  };
}

const COMMON = {
  downloadLocation: NOTHING_SAID,
  filesAnalyzed: false,
  licenseConcluded: NOTHING_SAID,
  // Distributions write licences in forms of their own, which are no SPDX expressions: they go into the comment.
  licenseDeclared: NOTHING_SAID,
  copyrightText: NOTHING_SAID,
} as const;

function checksumOf(digest: string): Json[] {
  const [algorithm = "", checksumValue] = digest.split(":");
  return [{ algorithm: algorithm.toUpperCase(), checksumValue }];
}

function toPackage({ id, entry }: Identified, refs: ReadonlyMap<string, string>): Json {
  const { namespace, name, version, licenses, vendor, type, locations, purl } = entry;
  return {
    SPDXID: refs.get(id),
    name: namespace && type !== "deb" && type !== "apk" && type !== "rpm" ? `${namespace}/${name}` : name,
    ...(version && { versionInfo: version }),
    ...COMMON,
    ...(licenses?.length && { licenseComments: `declared: ${licenses.join(", ")}` }),
    ...(vendor && { supplier: `Organization: ${vendor}` }),
    primaryPackagePurpose: type === "generic" ? "APPLICATION" : "LIBRARY",
    sourceInfo: `found at ${locations.map(({ path }) => path).join(", ")}`.slice(0, 4096),
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }],
  };
}

function relationships(packages: readonly Identified[], refs: ReadonlyMap<string, string>): Json[] {
  const relate = (from: string | undefined, relationshipType: string, to: string | undefined): Json => ({
    spdxElementId: from,
    relationshipType,
    relatedSpdxElement: to,
  });
  const dependencies = [...dependencyIds(packages)].flatMap(([id, targets]) =>
    targets.map((target) => relate(refs.get(id), "DEPENDS_ON", refs.get(target))),
  );
  const contained = packages.map(({ id, entry }) =>
    entry.scope === "development"
      ? relate(refs.get(id), "DEV_DEPENDENCY_OF", IMAGE)
      : relate(IMAGE, "CONTAINS", refs.get(id)),
  );
  return [relate(DOCUMENT, "DESCRIBES", IMAGE), ...contained, ...dependencies];
}
