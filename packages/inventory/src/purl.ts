import { PackageURL } from "packageurl-js";
import type { PackageType } from "./model.ts";

export interface PurlParts {
  readonly type: PackageType | "oci";
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
}

/** Package URL of the parts (purl specification); empty qualifiers are left out. Never throws: odd names are percent-encoded. */
export function formatPurl({ type, namespace, name, version, qualifiers = {} }: PurlParts): string {
  const present = Object.entries(qualifiers).filter((pair): pair is [string, string] => Boolean(pair[1]));
  try {
    const marks = present.length > 0 ? Object.fromEntries(present) : undefined;
    return new PackageURL(type, namespace || undefined, name, version || undefined, marks, undefined).toString();
  } catch {
    const path = [namespace, name]
      .filter((part) => part !== undefined && part !== "")
      .map((part) => encodeURIComponent(part ?? ""));
    return `pkg:${type}/${path.join("/")}${version ? `@${encodeURIComponent(version)}` : ""}`;
  }
}
