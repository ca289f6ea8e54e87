import type { Inventory, Package, PackageType } from "../model.ts";
import { distributionAlias, toDepGraph } from "./dep-graph.ts";
import { analyseDockerfile } from "./dockerfile.ts";
import { commonFacts, type Fact, imageFacts } from "./image-facts.ts";
import { type InstalledPackages, type InstallFacts, instructionId } from "./install-commands.ts";
import { jarFingerprints, splitArchives } from "./jar-fingerprints.ts";
import type { DocumentOptions } from "./options.ts";
import { detectUserInstructions, instructionOf, withDependencies } from "./user-instructions.ts";

type Json = Readonly<Record<string, unknown>>;

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
  const instructions = userInstructions(inventory, packages, options);
  const installed = instructions.flatMap(({ data }) => [data.dockerfilePackages]);
  const labelsOf = packageLabels(inventory, Object.assign({}, ...installed));
  const graph = toDepGraph(packages, type, root, { alias: distributionAlias(inventory), labelsOf });
  return {
    target: { image: root.name },
    identity: { type, args: { platform: inventory.image.platform } },
    facts: [{ type: "depGraph", data: graph }, ...imageFacts(inventory, options), ...instructions],
  };
}

type InstructionFact = Fact & { readonly data: InstallFacts };

/** What the build itself installed, as the Dockerfile tells it where there is one, and as the image's history does. */
function userInstructions(
  { image }: Inventory,
  packages: readonly Package[],
  { dockerfile }: DocumentOptions,
): InstructionFact[] {
  const expand = (facts: InstallFacts): InstallFacts => ({
    ...facts,
    dockerfilePackages: withDependencies(facts.dockerfilePackages, packages),
  });
  const detected = detectUserInstructions(image);
  const hasAny = detected && Object.keys(detected.dockerfilePackages).length > 0;
  return [
    ...(hasAny ? [{ type: "autoDetectedUserInstructions", data: expand(detected) }] : []),
    ...(dockerfile === undefined ? [] : [{ type: "dockerfileAnalysis", data: expand(analyseDockerfile(dockerfile)) }]),
  ];
}

/** The layer that a package came with, by its diffID, and the instruction where one names it. */
function packageLabels(
  { layers }: Inventory,
  installed: InstalledPackages = {},
): (entry: Package) => Readonly<Record<string, string>> {
  const diffIds = new Map(layers.map(({ digest, diffId }) => [digest, diffId]));
  return (entry) => {
    const instruction = instructionOf(entry, installed);
    const diffId = diffIds.get(entry.locations[0]?.layer ?? "");
    return {
      ...(instruction !== undefined && { dockerLayerId: instructionId(instruction) }),
      ...(diffId && { dockerLayerDiffId: diffId }),
    };
  };
}

function applicationResults(inventory: Inventory, options: DocumentOptions): Json[] {
  const { image, packages } = inventory;
  const applications = packages.filter(({ type, ownedBy }) => MANAGERS[type] && !ownedBy);
  const { archived, others } = splitArchives(applications);
  const labelsOf = packageLabels(inventory);
  const projects = Map.groupBy(others, (entry) => `${entry.type} ${projectOf(entry)}`);
  const results = [...projects.values()].map((members) => {
    const type = MANAGERS[members[0]?.type ?? "npm"] ?? "npm";
    const targetFile = members[0] ? projectOf(members[0]) : "";
    const files = [...new Set(members.flatMap(({ locations }) => locations.map(({ path }) => path)))].sort();
    return {
      target: { image: `docker-image|${options.name}` },
      identity: { type, targetFile, args: { platform: image.platform } },
      facts: [
        { type: "depGraph", data: toDepGraph(members, type, { name: targetFile, version: options.tag }, { labelsOf }) },
        { type: "testedFiles", data: files.slice(0, 10_000) },
        ...commonFacts(image, options),
      ],
    };
  });
  return [...results, ...archiveResults(archived, inventory, options)];
}

/** Java archives go by fingerprints, one result for each folder. */
function archiveResults(archived: readonly Package[], inventory: Inventory, options: DocumentOptions): Json[] {
  const { name, tag } = options;
  return [...jarFingerprints(archived, inventory)].map(([path, fingerprints]) => ({
    target: { image: `docker-image|${name}` },
    identity: { type: "maven", targetFile: path, args: { platform: inventory.image.platform } },
    facts: [
      { type: "jarFingerprints", data: { fingerprints, origin: tag ? `${name}:${tag}` : name, path } },
      ...commonFacts(inventory.image, options),
    ],
  }));
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
