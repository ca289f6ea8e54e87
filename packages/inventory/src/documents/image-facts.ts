import type { ImageFacts, Inventory, Package } from "../model.ts";
import type { DocumentOptions } from "./options.ts";

type Json = Readonly<Record<string, unknown>>;

/** One entry of a result's list, as the vendor's tools know it by its type. */
export interface Fact {
  readonly type: string;
  readonly data: unknown;
}

type HistoryLine = NonNullable<ImageFacts["history"]>[number];

/** What the image and its config tell, for the operating system's result. */
export function imageFacts(inventory: Inventory, options: DocumentOptions): Fact[] {
  const { image, layers, packages, operatingSystem, fileDigests = [] } = inventory;
  const binaries = fileDigests.flatMap(({ digest }) => (digest.startsWith("sha256:") ? [digest.slice(7)] : []));
  const runtimes = javaVersions(packages).map((version) => ({ type: "java", version }));
  const facts: (Fact | undefined)[] = [
    binaries.length > 0 ? { type: "keyBinariesHashes", data: [...new Set(binaries)] } : undefined,
    runtimes.length > 0 ? { type: "baseRuntimes", data: runtimes } : undefined,
    ...commonFacts(image, options),
    { type: "imageLayers", data: layers.map(({ digest }) => digest) },
    image.labels && { type: "imageLabels", data: image.labels },
    { type: "containerConfig", data: containerConfig(image) },
    image.history && { type: "history", data: image.history.map(historyEntry) },
    image.createdAt ? { type: "imageCreationTime", data: image.createdAt } : undefined,
    { type: "rootFs", data: layers.flatMap(({ diffId }) => (diffId ? [diffId] : [])) },
    operatingSystem?.prettyName ? { type: "imageOsReleasePrettyName", data: operatingSystem.prettyName } : undefined,
    { type: "imageSizeBytes", data: image.sizeBytes },
    { type: "platform", data: image.platform },
  ];
  return facts.filter((fact) => fact !== undefined);
}

const JAVA = /^(?:openjdk|graalvm)$/;
const JAVA_PACKAGE = /^(?:openjdk-?\d+-jre|java-[\d.]+-openjdk)/;

/** `JAVA_VERSION` of the runtimes, those that a distribution packaged by the start of the package's version. */
function javaVersions(packages: readonly Package[]): string[] {
  const runtimes = packages.filter(({ type, name }) => (type === "generic" ? JAVA : JAVA_PACKAGE).test(name));
  const versions = runtimes.map(({ version }) => /^(?:\d+:)?(\d+(?:\.\d+){0,2}(?:_\d+)?)/.exec(version)?.[1]);
  return [...new Set(versions.filter((version) => version !== undefined))];
}

function containerConfig(image: ImageFacts): Json {
  const fields = {
    user: image.user,
    exposedPorts: image.exposedPorts,
    env: image.environment,
    entrypoint: image.entrypoint,
    cmd: image.command,
    volumes: image.volumes,
    workingDir: image.workingFolder,
    stopSignal: image.stopSignal,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function historyEntry({ createdBy, createdAt, author, comment, isEmpty }: HistoryLine): Json {
  return {
    ...(createdAt && { created: createdAt }),
    ...(author && { author }),
    createdBy,
    ...(comment && { comment }),
    ...(isEmpty && { emptyLayer: true }),
  };
}

/** Facts that every result repeats. */
export function commonFacts(image: ImageFacts, { name, tag, toolVersion }: DocumentOptions): Fact[] {
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
