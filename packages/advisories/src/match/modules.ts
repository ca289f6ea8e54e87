import type { Package } from "@tidewaiter/inventory";
import type { StoredAdvisory } from "../store/stored.ts";

const BUILT_FOR_MODULE = /\.module[_+]/;

/**
 * Whether a fix for an RPM module may be held against an installed package: streams of a module live beside one another
 * under the same package names, and a fix of one says nothing about another. Returns why not, or undefined.
 *
 * @param fixed version that the record offers
 */
export function otherModule(found: Package, fixed: string | undefined, record: StoredAdvisory): string | undefined {
  if (found.type !== "rpm") return undefined;
  const isRecordModular = fixed !== undefined && BUILT_FOR_MODULE.test(fixed);
  const installed = installedStream(found);
  if (!isRecordModular)
    return installed === undefined
      ? undefined
      : `${found.name} is of the module ${installed}, the record is about no module`;
  if (installed === undefined) return `the record is about a module, ${found.name} ${found.version} is of none`;
  const stream = streamOf(record.summary);
  if (stream !== undefined && installed !== UNNAMED) {
    return stream === installed ? undefined : `the record is about the module ${stream}, installed is ${installed}`;
  }
  return majorOf(fixed) === majorOf(found.version) ? undefined : `the record is about another major version (${fixed})`;
}

/** What stands for a module whose label the package database does not give. */
const UNNAMED = "unnamed";

function installedStream({ module, version }: Package): string | undefined {
  const [name, stream] = module?.split(":") ?? [];
  if (name && stream) return `${name}:${stream}`;
  return BUILT_FOR_MODULE.test(version) ? UNNAMED : undefined;
}

/** Bulletins name the stream in their titles: "Moderate: nodejs:16 security update". */
function streamOf(summary: string | undefined): string | undefined {
  return /(?:^|\s)([a-z0-9][\w.+-]*:[\w.+-]+)(?=\s|$)/i.exec(summary ?? "")?.[1];
}

function majorOf(version: string): string | undefined {
  return /^(?:\d+:)?(\d+)/.exec(version)?.[1];
}
