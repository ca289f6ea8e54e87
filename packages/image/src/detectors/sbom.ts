import { PACKAGE_TYPES, type PackageType } from "@tidewaiter/inventory";
import { PackageURL } from "packageurl-js";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";
import { asArray, asObject, asText, type Json, parseJson } from "./json.ts";

const BITNAMI = /^opt\/bitnami\/[^/]+\/\.spdx-[^/]+\.spdx$/;
const OTHERS = /(?:\.spdx|\.cdx|\.cyclonedx|(?:^|\/)(?:bom|sbom))\.json$/;
const TRUSTED_FOLDERS = /^(?:usr\/local\/share\/sbom|var\/lib\/db\/sbom|usr\/share\/sbom|opt\/bitnami)\//;
const TYPES: ReadonlySet<string> = new Set(PACKAGE_TYPES);

/**
 * Bills of materials that came with the image: Bitnami's, and those in the folders where image builders put them. Others
 * that lie about somewhere are not trusted.
 */
export const sbom: Detector = {
  id: "sbom",
  wants: {
    suffixes: [".spdx", ".json"],
    accepts: (path) => BITNAMI.test(path) || (TRUSTED_FOLDERS.test(path) && OTHERS.test(path)),
    maxBytes: 64 * MB,
  },
  parse({ bytes }): Detection {
    const document = asObject(parseJson(bytes));
    if (!document) return { ...NOTHING, problems: [{ reason: "the bill of materials is no object" }] };
    const purls =
      document.bomFormat === "CycloneDX" ? cycloneDxPurls(document.components, 0) : spdxPurls(document.packages);
    const found = purls.map(packageOfPurl);
    const unread = found.filter((entry) => entry === undefined).length;
    return {
      packages: found.filter((entry) => entry !== undefined),
      problems: unread > 0 ? [{ reason: `${unread} package URLs that cannot be read` }] : [],
    };
  },
};

function cycloneDxPurls(components: Json, depth: number): string[] {
  if (depth > 20) return [];
  return asArray(components).flatMap((component) => {
    const entry = asObject(component);
    const purl = asText(entry?.purl);
    return [...(purl ? [purl] : []), ...cycloneDxPurls(entry?.components, depth + 1)];
  });
}

function spdxPurls(packages: Json): string[] {
  return asArray(packages).flatMap((entry) =>
    asArray(asObject(entry)?.externalRefs).flatMap((reference) => {
      const { referenceType, referenceLocator } = asObject(reference) ?? {};
      return referenceType === "purl" && typeof referenceLocator === "string" ? [referenceLocator] : [];
    }),
  );
}

/** Types that the inventory has no place for are packages all the same, under `generic`. */
function packageOfPurl(text: string): FoundPackage | undefined {
  try {
    const { type, namespace, name, version, qualifiers } = PackageURL.fromString(text);
    const architecture = qualifiers?.arch;
    return {
      type: TYPES.has(type) ? (type as PackageType) : "generic",
      name,
      version: version ?? "",
      ...(namespace && { namespace }),
      ...(architecture && { architecture: architecture.slice(0, 64) }),
    };
  } catch {
    return undefined;
  }
}
