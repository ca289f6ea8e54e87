import type { Package } from "@tidewaiter/inventory";
import { normaliseName } from "../osv/ecosystems.ts";
import { languageEcosystem } from "./ecosystem-keys.ts";

/** A question to the store: this package of this ecosystem in this version. */
export interface Lookup {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  /** How the installed package led to the name, for explanations. */
  readonly mapping: string;
}

/** The names under which advisories of a distribution's key may list a package, most likely first. */
export function distributionLookups(found: Package, ecosystem: string): Lookup[] {
  return namesOf(found).map((name) => ({ ecosystem, ...name }));
}

function namesOf({ type, name, version, source }: Package): Omit<Lookup, "ecosystem">[] {
  const own = { name, version, mapping: `${type} package ${name}` };
  if (!source || (source.name === name && source.version === version)) return [own];
  const built = {
    name: source.name,
    version: source.version,
    mapping: `${type} package ${name}, built from ${source.name} ${source.version}`,
  };
  // RPM advisories list the built packages, those of Debian, Ubuntu and Alpine what they are built from.
  return type === "rpm" ? [own, built] : [built];
}

/** The question that a language package leads to, or undefined where no ecosystem judges its type. */
export function languageLookup(found: Package): Lookup | undefined {
  const ecosystem = languageEcosystem(found.type);
  if (!ecosystem) return undefined;
  const name = normaliseName(ecosystem, fullName(found));
  return { ecosystem, name, version: found.version, mapping: `${found.type} package ${fullName(found)}` };
}

/** The name as its registry writes it: scope, group or module path included. */
export function fullName({ type, namespace, name }: Pick<Package, "type" | "namespace" | "name">): string {
  if (!namespace) return name;
  return type === "maven" ? `${namespace}:${name}` : `${namespace}/${name}`;
}

/** What makes packages the same one, wherever they lie in the image. */
export function identityOf(found: Pick<Package, "type" | "namespace" | "name" | "version">): string {
  return [found.type, fullName(found), found.version].join("\n");
}
