import { createHash } from "node:crypto";
import { type Finding, type Inventory, type Package, SEVERITIES } from "@tidewaiter/inventory";
import { countFacts, toFacts, worstRank } from "../../../packages/server/src/matching/outcome.ts";
import { pack } from "../../../packages/server/src/matching/packing.ts";

/** How much is in the store: the issue's figures at scale 1. */
export interface Scale {
  readonly images: number;
  readonly packages: number;
  readonly findings: number;
}

export const FULL: Scale = { images: 100_000, packages: 300, findings: 20 };
const VARIANTS = 40;
const CONNECTIONS = 10;
const TAGS = 10;
const START = Date.UTC(2026, 0, 1);

/** Severities as they come in practice: few critical, many medium and low. */
const SPREAD = [0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 6, 6, 2, 3, 1, 3] as const;

export type Row = readonly (string | number | Uint8Array | null)[];

/** Rows of one table, in its column order. */
export interface TableRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: Iterable<Row>;
}

interface Variant {
  readonly body: Uint8Array;
  readonly findings: Uint8Array;
  readonly counts: string;
  readonly worst: number;
  readonly facts: ReturnType<typeof toFacts>;
}

/** The whole content, table by table, in an order that foreign keys accept. */
export function tablesOf(scale: Scale): TableRows[] {
  const variants = Array.from({ length: VARIANTS }, (_, index) => createVariant(index, scale));
  const at = (image: number): Variant => variants[image % VARIANTS] as Variant;
  return [connections(), inventories(scale, at), images(scale, at), projects(scale, at), findings(scale, at)];
}

function createVariant(index: number, scale: Scale): Variant {
  const packages = Array.from({ length: scale.packages }, (_, number) => packageOf(index, number));
  const found = packages.slice(0, scale.findings).map((item, number) => findingOf(item, index, number));
  const facts = toFacts(found);
  const counts = countFacts(facts);
  const inventory: Inventory = {
    schema: 1,
    analyser: "bench",
    image: { digest: digestOf(index), platform: "linux/amd64", sizeBytes: 50_000_000 },
    operatingSystem: { id: "debian", versionId: "12", prettyName: "Debian 12" },
    layers: [],
    packages,
    problems: [],
  };
  return {
    body: pack(inventory),
    findings: pack(found),
    counts: JSON.stringify(counts),
    worst: worstRank(counts) ?? 5,
    facts,
  };
}

function packageOf(variant: number, number: number): Package {
  const [name, version] = [`package-${(variant * 7 + number) % 900}`, `1.${number}.${variant}-1`];
  const purl = `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-12`;
  return {
    type: "deb",
    namespace: "debian",
    name,
    version,
    architecture: "amd64",
    purl,
    locations: [{ path: "var/lib/dpkg/status" }],
  };
}

function findingOf({ type, namespace, name, version, purl }: Package, variant: number, number: number): Finding {
  const severity = SEVERITIES[SPREAD[number % SPREAD.length] ?? 2] ?? "medium";
  const id = `CVE-${2015 + (number % 10)}-${1_000 + variant * 20 + number}`;
  return {
    id,
    aliases: [`DEBIAN-${id}`],
    kind: "vulnerability",
    severity,
    severitySource: "debian",
    package: { type, namespace, name, version, purl },
    ...(number % 3 === 0 && { fixedVersion: `2.${number}-1` }),
    state: number % 3 === 0 ? "fixed" : "affected",
    summary: `A flaw of ${name} that somebody wrote a sentence about`,
    locations: ["var/lib/dpkg/status"],
    isKnownExploited: false,
    isLowConfidence: false,
    references: [`https://security-tracker.debian.org/tracker/${id}`],
  };
}

const digestOf = (text: string | number): string => `sha256:${createHash("sha256").update(String(text)).digest("hex")}`;
const idOf = (kind: string, number: number): string => `${kind}${String(number).padStart(9, "0")}`;
const connectionOf = (image: number): string => idOf("c", image % CONNECTIONS);
const repositoryOf = (image: number): string => `team-${Math.floor(image / 1_000)}/service-${Math.floor(image / TAGS)}`;

function* times(count: number, row: (number: number) => Row): Generator<Row> {
  for (let number = 0; number < count; number += 1) yield row(number);
}

function connections(): TableRows {
  const columns = ["id", "name", "type", "options", "allow_mode", "created_at"];
  return {
    table: "connections",
    columns,
    rows: times(CONNECTIONS, (n) => [
      idOf("c", n),
      `registry ${n}`,
      n % 2 ? "harbor-cr" : "oci",
      "{}",
      "common",
      START,
    ]),
  };
}

function inventories({ images: count, packages }: Scale, at: (image: number) => Variant): TableRows {
  const columns = [
    "id",
    "digest",
    "analyser",
    "platform",
    "size_bytes",
    "packages",
    "problems",
    "operating_system",
    "layers",
    "created_at",
    "found",
    "coverage",
    "coverage_rows",
    "matched_at",
    "generation",
    "body",
    "findings",
  ];
  const os = JSON.stringify({ id: "debian", prettyName: "Debian 12" });
  return {
    table: "inventories",
    columns,
    rows: times(count, (n) => [
      idOf("v", n),
      digestOf(n),
      "bench",
      "linux/amd64",
      50_000_000,
      packages,
      0,
      os,
      "[]",
      START,
      at(n).counts,
      "full",
      "[]",
      START,
      "bench",
      at(n).body,
      at(n).findings,
    ]),
  };
}

function images({ images: count }: Scale, at: (image: number) => Variant): TableRows {
  const columns = [
    "id",
    "connection_id",
    "repository",
    "digest",
    "inventory_id",
    "first_seen_at",
    "worst",
    "is_fixable",
    "remaining",
  ];
  return {
    table: "images",
    columns,
    rows: times(count, (n) => [
      idOf("i", n),
      connectionOf(n),
      repositoryOf(n),
      digestOf(n),
      idOf("v", n),
      START,
      at(n).worst,
      1,
      at(n).counts,
    ]),
  };
}

function projects({ images: count }: Scale, at: (image: number) => Variant): TableRows {
  const columns = [
    "id",
    "connection_id",
    "repository",
    "reference",
    "state",
    "image_id",
    "is_signed",
    "imported_at",
    "new_until",
    "scanned_at",
    "worst",
    "is_fixable",
    "found",
    "remaining",
    "coverage",
    "matched_at",
  ];
  return {
    table: "projects",
    columns,
    rows: times(count, (n) => [
      idOf("p", n),
      connectionOf(n),
      repositoryOf(n),
      `1.${n % TAGS}`,
      n % 50 === 0 ? "Failed" : "Complete",
      idOf("i", n),
      n % 7 === 0 ? 1 : 0,
      START,
      n % 100 === 0 ? Number.MAX_SAFE_INTEGER : 0,
      START + n,
      at(n).worst,
      n % 3 === 0 ? 0 : 1,
      at(n).counts,
      at(n).counts,
      "full",
      START,
    ]),
  };
}

function findings({ images: count }: Scale, at: (image: number) => Variant): TableRows {
  const columns = [
    "inventory_id",
    "seq",
    "severity",
    "advisory",
    "package",
    "version",
    "purl",
    "fixed_version",
    "is_fixable",
    "is_known_exploited",
    "issue_key",
  ];
  return { table: "findings", columns, rows: findingRows(count, at) };
}

function* findingRows(count: number, at: (image: number) => Variant): Generator<Row> {
  for (let n = 0; n < count; n += 1) {
    for (const fact of at(n).facts) {
      yield [
        idOf("v", n),
        fact.seq,
        fact.severity,
        fact.advisory,
        fact.package,
        fact.version,
        fact.purl,
        fact.fixedVersion,
        fact.fixedVersion === null ? 0 : 1,
        0,
        fact.issueKey,
      ];
    }
  }
}
