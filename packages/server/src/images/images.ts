import type { Finding, Inventory, OperatingSystem, Package } from "@tidewaiter/inventory";
import type { Clock } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { Coverage } from "../api/contract/counts.ts";
import type { coverageRowSchema, FindingRow, imageRoutes, imageSchema } from "../api/contract/images.ts";
import type { AllowRule } from "../policy/allow-rules.ts";
import type { Db } from "../store/open.ts";
import { type Page, sliceList } from "../store/paging.ts";
import { fromJsonOrNull, toIso, toIsoOrNull } from "../store/values.ts";
import { countBaseLayers } from "./base-image.ts";
import { isWanted, toFindingRow } from "./image-findings.ts";
import { findImage, type ImageRow, readFindings, readInventory } from "./image-reader.ts";
import { readSince } from "./issues.ts";
import { sortFindings } from "./sort-findings.ts";
import { toTotals } from "./totals.ts";

export interface ImagesOptions {
  readonly db: Db;
  readonly clock: Pick<Clock, "now">;
  readonly rulesFor: (connectionId: string) => Promise<readonly AllowRule[]>;
}

type ImageView = z.output<typeof imageSchema>;
type FindingsQuery = z.output<(typeof imageRoutes)["findings"]["query"]>;
type PackagesQuery = z.output<(typeof imageRoutes)["packages"]["query"]>;
type LayerRow = z.output<(typeof imageRoutes)["layers"]["response"]>["items"][number];

/** Images and what is in them. All throw NOT_FOUND for what the viewer may not see. */
export interface Images {
  show(viewer: Viewer, id: string): Promise<ImageView>;
  findings(viewer: Viewer, id: string, query: FindingsQuery): Promise<Page<FindingRow>>;
  /** All findings of an image, for exports and the gate. */
  allFindings(viewer: Viewer, id: string): Promise<{ readonly image: ImageRow; readonly rows: readonly FindingRow[] }>;
  packages(viewer: Viewer, id: string, query: PackagesQuery): Promise<Page<Package & { findings: number }>>;
  layers(viewer: Viewer, id: string): Promise<LayerRow[]>;
  inventory(viewer: Viewer, id: string): Promise<Inventory>;
}

export function createImages(options: ImagesOptions): Images {
  const { db } = options;
  const allFindings: Images["allFindings"] = async (viewer, id) => {
    const image = await findImage(db, viewer, id);
    return { image, rows: await findingRows(options, image) };
  };
  const inventory: Images["inventory"] = async (viewer, id) =>
    readInventory(db, (await findImage(db, viewer, id)).inventory_id);
  return {
    allFindings,
    inventory,
    show: async (viewer, id) => show(db, await findImage(db, viewer, id)),
    async findings(viewer, id, query) {
      const { rows } = await allFindings(viewer, id);
      const wanted = rows.filter((row) => isWanted(row, query));
      return sliceList(sortFindings(wanted, query.sort), query);
    },
    async packages(viewer, id, query) {
      const image = await findImage(db, viewer, id);
      const { packages } = await readInventory(db, image.inventory_id);
      const counts = countBy(await readFindings(db, image.inventory_id), ({ package: { purl } }) => purl);
      const wanted = packages.filter((found) => isWantedPackage(found, query)).toSorted(comparePackages);
      return sliceList(
        wanted.map((found) => ({ ...found, findings: counts.get(found.purl) ?? 0 })),
        query,
      );
    },
    async layers(viewer, id) {
      const image = await findImage(db, viewer, id);
      const { layers, packages } = await readInventory(db, image.inventory_id);
      const packagesOf = countBy(packages, ({ locations }) => locations[0]?.layer ?? "");
      const findingsOf = countBy(await readFindings(db, image.inventory_id), ({ layer }) => layer ?? "");
      const base = await countBaseLayers(db, image);
      return layers.map((layer, index) => ({
        ...layer,
        packages: packagesOf.get(layer.digest) ?? 0,
        findings: findingsOf.get(layer.digest) ?? 0,
        isBase: base === undefined ? null : index < base,
      }));
    },
  };
}

async function findingRows({ db, clock, rulesFor }: ImagesOptions, image: ImageRow): Promise<FindingRow[]> {
  const findings = await readFindings(db, image.inventory_id);
  const since = await readSince(db, image.connection_id, image.repository);
  const rules = await rulesFor(image.connection_id);
  const context = { rules, since, firstSeenAt: image.first_seen_at, now: clock.now() };
  return findings.map((finding) => toFindingRow(finding, context));
}

async function show(db: Db, image: ImageRow): Promise<ImageView> {
  const tags = await db
    .selectFrom("projects")
    .select(["id", "reference"])
    .where("image_id", "=", image.id)
    .orderBy("reference")
    .limit(200)
    .execute();
  const inventory = await readInventory(db, image.inventory_id);
  return {
    id: image.id,
    connectionId: image.connection_id,
    repository: image.repository,
    digest: image.digest,
    tags: tags.map(({ id, reference }) => ({ projectId: id, reference })),
    platform: image.platform,
    sizeBytes: image.size_bytes,
    facts: inventory.image,
    operatingSystem: fromJsonOrNull<OperatingSystem>(image.operating_system),
    packages: image.packages,
    problems: image.problems,
    analyser: image.analyser,
    totals: toTotals(image),
    coverage: {
      overall: image.coverage as Coverage | null,
      rows: fromJsonOrNull<z.output<typeof coverageRowSchema>[]>(image.coverage_rows) ?? [],
    },
    firstSeenAt: toIso(image.first_seen_at),
    matchedAt: toIsoOrNull(image.matched_at),
  };
}

function isWantedPackage({ type, name, namespace, source }: Package, { search, type: types }: PackagesQuery): boolean {
  if (types && !types.includes(type)) return false;
  const text = search?.toLowerCase();
  return !text || [name, namespace ?? "", source?.name ?? ""].some((part) => part.toLowerCase().includes(text));
}

function comparePackages(a: Package, b: Package): number {
  const [left, right] = [
    [a.type, a.namespace ?? "", a.name, a.version].join("\0"),
    [b.type, b.namespace ?? "", b.name, b.version].join("\0"),
  ];
  return left < right ? -1 : left > right ? 1 : 0;
}

function countBy<T>(list: readonly T[] | readonly Finding[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of list as readonly T[]) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
