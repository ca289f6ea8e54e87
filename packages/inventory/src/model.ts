import { z } from "zod";

/** Limits that keep a hostile inventory from filling the server. */
const MAX_PACKAGES = 200_000;
const MAX_PROBLEMS = 10_000;
const MAX_FILE_DIGESTS = 50_000;
const text = (max: number) => z.string().max(max);
const digest = z.string().regex(/^sha(256|512):[0-9a-f]{64,128}$/);

/** Package types as package URLs name them, with those that purl has no type for under `generic`. */
export const PACKAGE_TYPES = [
  "deb",
  "apk",
  "rpm",
  "alpm",
  "ebuild",
  "opkg",
  "bitnami",
  "npm",
  "pypi",
  "conda",
  "maven",
  "golang",
  "cargo",
  "nuget",
  "composer",
  "gem",
  "hex",
  "hackage",
  "pub",
  "swift",
  "cocoapods",
  "conan",
  "cran",
  "wordpress",
  "luarocks",
  "julia",
  "opam",
  "github",
  "generic",
] as const;
export const packageTypeSchema = z.enum(PACKAGE_TYPES);
export type PackageType = z.output<typeof packageTypeSchema>;

/** Where a package was found: a path in the image and the layer that holds it. */
export const locationSchema = z.object({ path: text(4096), layer: digest.optional() });
export type Location = z.output<typeof locationSchema>;

export const packageSchema = z.object({
  type: packageTypeSchema,
  /** npm scope, Maven group, Go module host path, distribution id ... as in a purl; without slashes at its ends. */
  namespace: text(512).optional(),
  name: text(1024),
  /** With the epoch for deb and rpm (`1:2.3-4`); empty where the image does not say. */
  version: text(512),
  architecture: text(64).optional(),
  /** What the distribution built it from: advisories of Debian, Ubuntu and Alpine name this one. */
  source: z.object({ name: text(1024), version: text(512) }).optional(),
  /** RPM module stream, `name:stream:version:context`. */
  module: text(256).optional(),
  vendor: text(256).optional(),
  licenses: z.array(text(512)).max(64).optional(),
  /** `development` packages are told apart, not lost. */
  scope: z.enum(["production", "development"]).optional(),
  /** purl of the distribution's package that owns the file; then the distribution alone judges it. */
  ownedBy: text(2048).optional(),
  /** Names of packages that this one depends on, of the same type, where the format tells. */
  dependsOn: z.array(text(1024)).max(5_000).optional(),
  purl: text(2048),
  locations: z.array(locationSchema).min(1).max(1_000),
});
export type Package = z.output<typeof packageSchema>;

export const operatingSystemSchema = z.object({
  /** `ID` of os-release: debian, alpine, rhel ... */
  id: text(64),
  idLike: z.array(text(64)).max(16).optional(),
  /** `VERSION_ID`, refined where a file says more (`12.5`). */
  versionId: text(64).optional(),
  codename: text(64).optional(),
  prettyName: text(256).optional(),
  cpeName: text(256).optional(),
  /** Red Hat content sets of the image. */
  contentSets: z.array(text(256)).max(256).optional(),
});
export type OperatingSystem = z.output<typeof operatingSystemSchema>;

export const layerSchema = z.object({
  digest,
  diffId: digest.optional(),
  mediaType: text(256),
  sizeBytes: z.number().int().min(0),
  /** The history line that made it. */
  createdBy: text(8192).optional(),
});
export type Layer = z.output<typeof layerSchema>;

/** What could not be read. The scan went on, so the result says so. */
export const problemSchema = z.object({
  code: text(64),
  reason: text(2048),
  path: text(4096).optional(),
  layer: digest.optional(),
});
export type InventoryProblem = z.output<typeof problemSchema>;

/** A signature, attestation or other artifact that hangs on the image's manifest: seen, not verified. */
export const attachedSchema = z.object({
  digest,
  kind: z.enum(["signature", "attestation", "sbom", "other"]),
  artifactType: text(256),
});
export type Attached = z.output<typeof attachedSchema>;

/** What the vendor's service knows a file by: a program by its SHA-256, a Java archive by its SHA-1. */
export const fileDigestSchema = z.object({
  path: text(4096),
  digest: z.string().regex(/^(?:sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64})$/),
});
export type FileDigest = z.output<typeof fileDigestSchema>;

/** Facts of the image's config and manifest that people ask for. */
export const imageFactsSchema = z.object({
  /** Digest of the platform's manifest. */
  digest,
  configDigest: digest.optional(),
  platform: text(64),
  mediaType: text(256).optional(),
  createdAt: text(64).optional(),
  sizeBytes: z.number().int().min(0),
  labels: z.record(text(512), text(8192)).optional(),
  annotations: z.record(text(512), text(8192)).optional(),
  user: text(256).optional(),
  entrypoint: z.array(text(4096)).max(500).optional(),
  command: z.array(text(4096)).max(500).optional(),
  exposedPorts: z.array(text(64)).max(500).optional(),
  /** `NAME=value` lines; the values of those whose names speak of secrets are left out. */
  environment: z.array(text(4096)).max(500).optional(),
  volumes: z.array(text(4096)).max(500).optional(),
  workingFolder: text(4096).optional(),
  stopSignal: text(64).optional(),
  /** What the builder says it was built upon (OCI annotations `base.name` and `base.digest`): a hint, not a proof. */
  baseImage: z.object({ name: text(1024).optional(), digest: text(256).optional() }).optional(),
  /** Missing where the source cannot tell. */
  attached: z.array(attachedSchema).max(100).optional(),
  history: z
    .array(
      z.object({
        createdBy: text(8192),
        createdAt: text(64).optional(),
        author: text(256).optional(),
        comment: text(1024).optional(),
        isEmpty: z.boolean(),
      }),
    )
    .max(1_000)
    .optional(),
});
export type ImageFacts = z.output<typeof imageFactsSchema>;

/** All that is known of an image's contents. Stored once for each digest and analyser version. */
export const inventorySchema = z.object({
  schema: z.literal(1),
  /** Version of the analyser: another one may find more in the same image. */
  analyser: text(64),
  image: imageFactsSchema,
  operatingSystem: operatingSystemSchema.optional(),
  layers: z.array(layerSchema).max(1_000),
  packages: z.array(packageSchema).max(MAX_PACKAGES),
  fileDigests: z.array(fileDigestSchema).max(MAX_FILE_DIGESTS).optional(),
  problems: z.array(problemSchema).max(MAX_PROBLEMS),
});
export type Inventory = z.output<typeof inventorySchema>;
