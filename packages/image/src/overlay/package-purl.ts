import { formatPurl, type OperatingSystem } from "@tidewaiter/inventory";
import type { FoundPackage } from "../detectors/detector.ts";

type Qualifiers = Record<string, string | undefined>;

/** The purl of a found package; what the distribution says goes into namespace and qualifiers (purl types deb, apk, rpm ...). */
export function packagePurl(found: FoundPackage, os: OperatingSystem | undefined): string {
  const { type, name, version, qualifiers } = found;
  const namespace = namespaceOf(found, os);
  if (type === "deb" || type === "apk" || type === "opkg") {
    return formatPurl({
      type,
      namespace,
      name,
      version,
      qualifiers: { ...systemQualifiers(found, os), ...qualifiers },
    });
  }
  if (type === "rpm") return formatRpm(found, namespace, { ...systemQualifiers(found, os), ...qualifiers });
  if (type === "alpm" || type === "ebuild") {
    const { arch, distro } = systemQualifiers(found, os);
    return formatPurl({ type, namespace, name, version, qualifiers: { arch, distro, ...qualifiers } });
  }
  return formatPurl({ type, namespace, name, version, qualifiers });
}

/** Packages of a distribution live in its namespace. */
export function namespaceOf({ type, namespace }: FoundPackage, os: OperatingSystem | undefined): string | undefined {
  if (namespace) return namespace;
  return type === "deb" || type === "apk" || type === "rpm" || type === "alpm" ? os?.id : undefined;
}

function systemQualifiers(
  { architecture, source, name, version, module }: FoundPackage,
  os: OperatingSystem | undefined,
): Qualifiers {
  const distro = os?.versionId ? `${os.id}-${os.versionId}` : os?.id;
  return { arch: architecture, distro, upstream: upstreamOf(source, name, version), rpmmod: module };
}

/** Left out where it would only repeat name and version. */
function upstreamOf(source: FoundPackage["source"], name: string, version: string): string | undefined {
  if (!source || (source.name === name && source.version === version)) return undefined;
  return source.version === version ? source.name : `${source.name}@${source.version}`;
}

/** The epoch is a qualifier in an rpm purl, and part of the version everywhere else. */
function formatRpm(found: FoundPackage, namespace: string | undefined, qualifiers: Qualifiers): string {
  const match = found.version.match(/^(\d+):(.*)$/);
  const [epoch, version] = match ? [match[1], match[2]] : [undefined, found.version];
  return formatPurl({ type: "rpm", namespace, name: found.name, version, qualifiers: { epoch, ...qualifiers } });
}
