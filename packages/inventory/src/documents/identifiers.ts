import { createHash } from "node:crypto";
import type { Inventory, Package } from "../model.ts";

/** The same inventory always gets the same UUID (version 8, RFC 9562: of our own making), so documents can be compared. */
export function inventoryUuid({ image, analyser }: Inventory): string {
  const hex = createHash("sha256").update(`${image.digest} ${analyser}`).digest("hex");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A package with the id that a document calls it by: its purl, numbered where two packages share one. */
export interface Identified {
  readonly id: string;
  readonly entry: Package;
}

export function identify(packages: readonly Package[]): Identified[] {
  const seen = new Map<string, number>();
  return packages.map((entry) => {
    const count = (seen.get(entry.purl) ?? 0) + 1;
    seen.set(entry.purl, count);
    return { id: count === 1 ? entry.purl : `${entry.purl}#${count}`, entry };
  });
}

/** Full name within its type, as `dependsOn` names it. */
export function fullName({ namespace, name, type }: Package): string {
  const isScoped = type === "npm" || type === "composer" || type === "golang" || type === "maven";
  const mark = type === "maven" ? ":" : "/";
  return isScoped && namespace ? `${namespace}${mark}${name}` : name;
}

/** For each package the ids of those it depends on, as far as they are in the image. */
export function dependencyIds(packages: readonly Identified[]): Map<string, string[]> {
  const byName = Map.groupBy(packages, ({ entry }) => `${entry.type} ${fullName(entry)}`);
  return new Map(
    packages.map(({ id, entry }) => {
      const names = entry.dependsOn ?? [];
      const ids = names.flatMap((name) => byName.get(`${entry.type} ${name}`) ?? []).map((target) => target.id);
      return [id, [...new Set(ids)].filter((target) => target !== id)];
    }),
  );
}
