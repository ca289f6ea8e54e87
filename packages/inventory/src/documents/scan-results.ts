import type { ImageFacts, Inventory, Package, PackageType } from "../model.ts";
import { distributionAlias, toDepGraph } from "./dep-graph.ts";
import type { DocumentOptions } from "./options.ts";

type Json = Readonly<Record<string, unknown>>;
interface Fact {
  readonly type: string;
  readonly data: unknown;
}

const SYSTEM_MANAGERS: Partial<Record<PackageType, string>> = { deb: "deb", apk: "apk", rpm: "rpm" };
/** The vendor's names of what makes application projects. */
const MANAGERS: Partial<Record<PackageType, string>> = {
  npm: "npm",
  pypi: "pip",
  golang: "gomodules",
  maven: "maven",
  composer: "composer",
  nuget: "nuget",
  gem: "rubygems",
  cargo: "cargo",
  hex: "hex",
  pub: "pub",
  swift: "swift",
  cocoapods: "cocoapods",
  conan: "conan",
};

/**
 * The inventory in the shape of the vendor's scanner: `{ scanResults }`, the operating system first, also when it holds
 * nothing, then one result for each application project.
 */
export function toScanResults(inventory: Inventory, options: DocumentOptions): Json {
  return { scanResults: [systemResult(inventory, options), ...applicationResults(inventory, options)] };
}

function systemResult(inventory: Inventory, options: DocumentOptions): Json {
  const packages = inventory.packages.filter(({ type }) => SYSTEM_MANAGERS[type]);
  const type = packages[0] ? (SYSTEM_MANAGERS[packages[0].type] ?? "linux") : "linux";
  const root = { name: `docker-image|${options.name}`, version: options.tag };
  const graph = toDepGraph(packages, type, root, distributionAlias(inventory));
  return {
    target: { image: root.name },
    identity: { type, args: { platform: inventory.image.platform } },
    facts: [{ type: "depGraph", data: graph }, ...imageFacts(inventory, options)],
  };
}

function imageFacts({ image, layers, packages, operatingSystem }: Inventory, options: DocumentOptions): Fact[] {
  const history = image.history?.map(({ createdBy, createdAt, isEmpty }) => ({
    ...(createdAt && { created: createdAt }),
    createdBy,
    emptyLayer: isEmpty,
  }));
  const config = {
    ...(image.user && { user: image.user }),
    ...(image.entrypoint && { entrypoint: image.entrypoint }),
    ...(image.command && { cmd: image.command }),
    ...(image.exposedPorts && { exposedPorts: image.exposedPorts }),
  };
  const runtimes = packages
    .filter(({ type, name }) => type === "generic" && (name === "openjdk" || name === "graalvm"))
    .map(({ version }) => ({ type: "java", version }));
  const facts: (Fact | undefined)[] = [
    ...commonFacts(image, options),
    { type: "imageLayers", data: layers.map(({ digest }) => digest) },
    image.labels && { type: "imageLabels", data: image.labels },
    { type: "containerConfig", data: config },
    history && { type: "history", data: history },
    image.createdAt ? { type: "imageCreationTime", data: image.createdAt } : undefined,
    { type: "rootFs", data: layers.flatMap(({ diffId }) => (diffId ? [diffId] : [])) },
    operatingSystem?.prettyName ? { type: "imageOsReleasePrettyName", data: operatingSystem.prettyName } : undefined,
    { type: "imageSizeBytes", data: image.sizeBytes },
    runtimes.length > 0 ? { type: "baseRuntimes", data: runtimes } : undefined,
    { type: "platform", data: image.platform },
  ];
  return facts.filter((fact) => fact !== undefined);
}

function commonFacts(image: ImageFacts, { name, tag, toolVersion }: DocumentOptions): Fact[] {
  const distribution = distributionOf(image, name, tag);
  return [
    { type: "imageId", data: image.configDigest ?? image.digest },
    { type: "imageNames", data: { names: [tag ? `${name}:${tag}` : name] } },
    ...(distribution ? [{ type: "ociDistributionMetadata", data: distribution }] : []),
    { type: "pluginVersion", data: `tidewaiter-${toolVersion}` },
  ];
}

/** Only for a name that begins with a registry's host: of an archive it is not known. */
function distributionOf({ digest }: ImageFacts, name: string, tag: string | undefined): Json | undefined {
  const [, registryHost, repository] = name.match(/^([^/]*[.:][^/]*|localhost)\/(.+)$/) ?? [];
  if (!registryHost || !repository) return undefined;
  const isTag = tag !== undefined && !tag.includes(":");
  return { registryHost, repository, manifestDigest: digest, ...(isTag && { imageTag: tag }) };
}

function applicationResults(inventory: Inventory, options: DocumentOptions): Json[] {
  const { image, packages } = inventory;
  const applications = packages.filter(({ type, ownedBy }) => MANAGERS[type] && !ownedBy);
  const projects = Map.groupBy(applications, (entry) => `${entry.type} ${projectOf(entry)}`);
  return [...projects.values()].map((members) => {
    const type = MANAGERS[members[0]?.type ?? "npm"] ?? "npm";
    const targetFile = members[0] ? projectOf(members[0]) : "";
    const files = [...new Set(members.flatMap(({ locations }) => locations.map(({ path }) => path)))].sort();
    return {
      target: { image: `docker-image|${options.name}` },
      identity: { type, targetFile, args: { platform: image.platform } },
      facts: [
        { type: "depGraph", data: toDepGraph(members, type, { name: targetFile, version: options.tag }) },
        { type: "testedFiles", data: files.slice(0, 10_000) },
        ...commonFacts(image, options),
      ],
    };
  });
}

/** What belongs together: a lock file, a binary, an archive; or the folder that modules were installed into. */
function projectOf({ type, locations }: Package): string {
  const path = locations[0]?.path ?? "";
  const inner = path.indexOf("!/");
  if (inner >= 0) return `/${path.slice(0, inner)}`;
  const [folder] = path.split(/(?<=^|\/)(?:node_modules|site-packages|dist-packages|specifications)\//);
  if (folder === path || folder === undefined) return `/${path}`;
  return type === "npm" ? `/${folder}package.json` : `/${folder}`;
}
