import { countSetting, flagSetting, listSetting, secretSetting } from "@tidewaiter/runtime";
import { z } from "zod";

/** Ecosystems that images have packages of; their archives are fetched unless others are named. */
export const DEFAULT_ECOSYSTEMS = [
  "AlmaLinux",
  "Alpine",
  "Debian",
  "Go",
  "Maven",
  "NuGet",
  "Packagist",
  "PyPI",
  "Red Hat",
  "Rocky Linux",
  "RubyGems",
  "Ubuntu",
  "crates.io",
  "npm",
] as const;

/** Where the public bucket of OSV records is. */
export const PUBLIC_BUCKET = "https://osv-vulnerabilities.storage.googleapis.com";

/** Variables of everything that fetches advisories, for the schemas of processes. */
export const ADVISORY_SETTINGS = {
  TIDEWAITER_ADVISORY_SOURCES: listSetting()
    .default([])
    .describe(
      "Where advisories come from: URLs of OSV buckets, folders or archives, comma-separated; none means the public bucket",
    ),
  TIDEWAITER_ADVISORY_ECOSYSTEMS: listSetting()
    .default([...DEFAULT_ECOSYSTEMS])
    .describe("Ecosystems that are fetched and kept, comma-separated; * keeps all that the sources have"),
  TIDEWAITER_KEV_URL: z
    .url()
    .optional()
    .describe("Address of CISA's catalogue of known exploited vulnerabilities (JSON); not fetched when left out"),
  TIDEWAITER_EPSS_URL: z
    .url()
    .optional()
    .describe("Address of the EPSS scores (CSV, gzipped); not fetched when left out"),
  TIDEWAITER_DEBIAN_TRACKER_URL: z
    .url()
    .optional()
    .describe("Address of the Debian security tracker's JSON; not fetched when left out"),
  TIDEWAITER_ADVISORY_MAX_DOWNLOAD_BYTES: countSetting(1_000_000)
    .default(4_000_000_000)
    .describe("Largest file that is fetched, bytes"),
  TIDEWAITER_ADVISORY_MAX_DELTAS: countSetting(0, 100_000)
    .default(500)
    .describe("Changed records that are fetched one by one; with more the whole archive is"),
  TIDEWAITER_ADVISORY_FORCE: flagSetting().default(false).describe("Take advisory data that is older than the present"),
  TIDEWAITER_ADVISORY_SIGNING_KEY: secretSetting()
    .optional()
    .describe("Ed25519 private key (PEM) that bundles are signed with; unsigned when left out"),
  TIDEWAITER_ADVISORY_PUBLIC_KEY: z
    .string()
    .optional()
    .describe("Ed25519 public key (PEM) that imported bundles must be signed with; any bundle is taken when left out"),
} as const;
