import { createHash } from "node:crypto";
import { join } from "node:path";
import { buildSampleStore } from "@tidewaiter/advisories";
import type { ScanResult } from "@tidewaiter/contract";
import type { Inventory, Package } from "@tidewaiter/inventory";
import { silentLogger, systemClock } from "@tidewaiter/runtime";
import { createMatcher, type Matcher } from "./matching/matcher.ts";
import { ensureProjects } from "./projects/ensure-projects.ts";
import { acceptResult, type ResultOptions } from "./scans/accept-result.ts";
import { createNonces, type Nonces } from "./scans/nonces.ts";
import type { ScanRow } from "./scans/scan-view.ts";
import { startScan } from "./scans/start-scans.ts";
import { newId } from "./store/ids.ts";
import type { Db } from "./store/open.ts";

export function digestOfText(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** `openssl 3.0.9-1` and so on, of Debian 12: the sample advisories know openssl, libc6 and tar. */
export function debianPackage(name: string, version: string, source = name): Package {
  return {
    type: "deb",
    namespace: "debian",
    name,
    version,
    source: { name: source, version },
    purl: `pkg:deb/debian/${name}@${version}?distro=debian-12`,
    locations: [{ path: "var/lib/dpkg/status", layer: digestOfText("layer 1") }],
  };
}

export function inventoryOf(
  name: string,
  packages: readonly Package[],
  layers: readonly string[] = ["layer 1"],
): Inventory {
  return {
    schema: 1,
    analyser: "test-1",
    image: { digest: digestOfText(name), platform: "linux/amd64", sizeBytes: 1_000 },
    operatingSystem: { id: "debian", versionId: "12", prettyName: "Debian 12" },
    layers: layers.map((text) => ({
      digest: digestOfText(text),
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      sizeBytes: 500,
    })),
    packages: [...packages],
    problems: [],
  };
}

export function resultOf(
  scan: ScanRow,
  nonces: Nonces,
  inventory?: Inventory,
  changes: Partial<ScanResult> = {},
): Uint8Array {
  const result: ScanResult = {
    scanId: scan.id,
    nonce: nonces.of(scan.id),
    attempt: Math.max(1, scan.attempt),
    state: "Complete",
    repository: scan.repository,
    reference: scan.reference,
    finishedAt: new Date(0).toISOString(),
    ...(inventory && { inventory }),
    ...changes,
  };
  return Buffer.from(JSON.stringify(result));
}

/** A store with what is needed to take results, without tunnels. */
export interface Bench {
  readonly db: Db;
  readonly nonces: Nonces;
  readonly matcher: Matcher;
  readonly results: ResultOptions;
  readonly news: Parameters<ResultOptions["announce"]["onNewFindings"]>[0][];
  connection(name: string): Promise<string>;
  queue(connectionId: string, repository: string, reference: string): Promise<ScanRow>;
  /** Queues a scan and takes its result. */
  scanned(
    connectionId: string,
    name: string,
    packages: readonly Package[],
    layers?: readonly string[],
  ): Promise<ScanRow>;
}

/** With the sample advisories, unless a test needs none: they take half a second. */
export async function createBench(db: Db, folder: string, hasAdvisories = true): Promise<Bench> {
  const advisoryPath = join(folder, "advisories.db");
  if (hasAdvisories) buildSampleStore(advisoryPath);
  const [nonces, matcher] = [await createNonces(db), createMatcher(advisoryPath)];
  const news: Bench["news"] = [];
  const results: ResultOptions = {
    db,
    clock: systemClock,
    log: silentLogger,
    matcher,
    nonces,
    rulesFor: async () => [],
    ended: async () => {},
    announce: { onEnded: async () => {}, onNewFindings: async (item) => void news.push(item) },
  };
  const queue: Bench["queue"] = async (connectionId, repository, reference) => {
    const row = await db.transaction().execute(async (trx) => {
      const [target] = await ensureProjects(trx, connectionId, [{ repository, reference }], null, Date.now());
      return target && startScan(trx, systemClock, target, { trigger: "manual", queueTimeoutMs: 60_000 });
    });
    if (!row) throw new TypeError("a scan of this image runs already");
    return row;
  };
  return {
    db,
    nonces,
    matcher,
    results,
    news,
    queue,
    connection: (name) => insertConnection(db, name),
    async scanned(connectionId, name, packages, layers) {
      const [repository = "", reference = "latest"] = name.split(":");
      const scan = await queue(connectionId, repository, reference);
      const bytes = resultOf(
        scan,
        nonces,
        inventoryOf(`${name} ${packages.map(({ purl }) => purl)}`, packages, layers),
      );
      await acceptResult(results, connectionId, bytes, AbortSignal.timeout(10_000));
      return db.selectFrom("scans").selectAll().where("id", "=", scan.id).executeTakeFirstOrThrow();
    },
  };
}

async function insertConnection(db: Db, name: string): Promise<string> {
  const id = newId();
  const none = {
    schedule: null,
    next_run_at: null,
    poll_seconds: null,
    next_poll_at: null,
    last_connected_at: null,
    lost_at: null,
  };
  const fixed = {
    type: "oci",
    options: "{}",
    allow_mode: "common",
    created_at: Date.now(),
    last_check: null,
    hook_id: null,
  };
  await db
    .insertInto("connections")
    .values({ id, name, ...fixed, ...none })
    .execute();
  return id;
}
