import { printableLine } from "@tidewaiter/runtime";
import type { Inventory, OperatingSystem, Package } from "../model.ts";
import { formatPurl } from "../purl.ts";
import { dependencyIds, type Identified, identify, inventoryUuid } from "./identifiers.ts";
import type { DocumentOptions } from "./options.ts";

type Json = Readonly<Record<string, unknown>>;
const IMAGE_REF = "image";

/**
 * The inventory as a CycloneDX 1.6 document. Written by hand: the library that models it costs 70 ms and 18 MB to load,
 * and the shape is one screen; tests hold it against the published schema.
 */
export function toCycloneDx(inventory: Inventory, options: DocumentOptions): Json {
  const packages = identify(inventory.packages);
  const { operatingSystem } = inventory;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${inventoryUuid(inventory)}`,
    version: 1,
    metadata: {
      timestamp: options.createdAt.toISOString(),
      tools: { components: [{ type: "application", name: "tidewaiter", version: options.toolVersion }] },
      component: imageComponent(inventory, options),
    },
    components: [...(operatingSystem ? [systemComponent(operatingSystem)] : []), ...packages.map(component)],
    dependencies: dependencies(packages),
  };
}

function imageComponent({ image, layers, problems }: Inventory, { name, tag }: DocumentOptions): Json {
  const repository = name.toLowerCase();
  const properties = [
    ...layers.flatMap(({ digest, diffId }) => [
      { name: "tidewaiter:image:layer", value: digest },
      ...(diffId ? [{ name: "tidewaiter:image:diffId", value: diffId }] : []),
    ]),
    { name: "tidewaiter:image:platform", value: image.platform },
    ...Object.entries(image.labels ?? {}).map(([key, value]) => ({
      name: `tidewaiter:image:label:${printableLine(key)}`,
      value: printableLine(value),
    })),
    { name: "tidewaiter:problems", value: String(problems.length) },
  ];
  return {
    type: "container",
    "bom-ref": IMAGE_REF,
    name,
    version: tag ?? image.digest,
    purl: formatPurl({
      type: "oci",
      name: repository.slice(repository.lastIndexOf("/") + 1),
      version: image.digest,
      qualifiers: { repository_url: repository, tag },
    }),
    properties,
  };
}

function systemComponent({ id, versionId, prettyName, cpeName }: OperatingSystem): Json {
  return {
    type: "operating-system",
    "bom-ref": "operating-system",
    name: id,
    ...(versionId && { version: versionId }),
    ...(prettyName && { description: prettyName }),
    ...(cpeName?.match(/^cpe:(?:2\.3:|\/)/) && { cpe: cpeName }),
  };
}

function component({ id, entry }: Identified): Json {
  const { namespace, name, version, vendor, licenses, purl, locations } = entry;
  return {
    type: entry.type === "generic" ? "application" : "library",
    "bom-ref": id,
    ...(vendor && { publisher: vendor }),
    ...(namespace && { group: namespace }),
    name,
    version,
    ...(licenses?.length && { licenses: licenses.map((text) => ({ license: { name: text } })) }),
    purl,
    evidence: { occurrences: locations.map(({ path }) => ({ location: path })) },
    properties: propertiesOf(entry),
  };
}

function propertiesOf({ type, scope, source, locations, ownedBy }: Package): Json[] {
  const layers = new Set(locations.map(({ layer }) => layer).filter((layer) => layer !== undefined));
  const isDevelopment = scope === "development";
  return [
    { name: "tidewaiter:package:type", value: type },
    ...[...layers].map((value) => ({ name: "tidewaiter:package:layer", value })),
    ...(source ? [{ name: "tidewaiter:package:source", value: `${source.name}@${source.version}` }] : []),
    ...(ownedBy ? [{ name: "tidewaiter:package:ownedBy", value: ownedBy }] : []),
    ...(scope ? [{ name: "tidewaiter:package:scope", value: scope }] : []),
    // CycloneDX property taxonomy, cdx:npm.
    ...(isDevelopment && type === "npm" ? [{ name: "cdx:npm:package:development", value: "true" }] : []),
  ];
}

function dependencies(packages: readonly Identified[]): Json[] {
  const ids = dependencyIds(packages);
  const image = { ref: IMAGE_REF, dependsOn: packages.map(({ id }) => id) };
  return [image, ...packages.map(({ id }) => ({ ref: id, dependsOn: ids.get(id) ?? [] }))];
}
