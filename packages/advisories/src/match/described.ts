import type { Finding, Package } from "@tidewaiter/inventory";

/** What findings say of an installed package. */
export type Described = Pick<Finding, "package" | "layer" | "locations">;

/**
 * Describes packages for their findings, each once: an old kernel has thousands of them, which then share the words.
 *
 * @param lead the package that stands for all of one identity
 */
export function createDescriber(): (lead: Package, packages: readonly Package[]) => Described {
  const known = new Map<Package, Described>();
  return (lead, packages) => {
    if (packages.length > 1) return describe(lead, packages);
    const described = known.get(lead) ?? describe(lead, packages);
    known.set(lead, described);
    return described;
  };
}

function describe(lead: Package, packages: readonly Package[]): Described {
  const { type, name, namespace, version, purl, source } = lead;
  const locations = packages.flatMap((found) => found.locations);
  return {
    package: { type, name, namespace, version, purl, source: source?.name },
    layer: locations.find(({ layer }) => layer)?.layer,
    locations: [...new Set(locations.map(({ path }) => path))],
  };
}
