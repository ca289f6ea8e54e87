import { BrokerError } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { Viewer } from "../access/principal.ts";
import type { imageRoutes } from "../api/contract/images.ts";
import type { Db } from "../store/open.ts";
import { fromJson } from "../store/values.ts";
import { findImage, type ImageRow } from "./image-reader.ts";
import { toTotals } from "./totals.ts";

type BaseAnswer = z.output<(typeof imageRoutes)["base"]["response"]>;
type Base = NonNullable<BaseAnswer["base"]>;

/** Images of one connection that are looked at for a base: the most recent ones. */
const MAX_CANDIDATES = 5_000;
const MAX_ADVICE = 5;

const HAS_FROM_LINE = /^\s*FROM\s+\S/im;

/** Names after FROM, without stages of the same file and `scratch`. */
export function readFromLines(dockerfile: string): string[] {
  const stages = new Set<string>();
  const names: string[] = [];
  for (const line of dockerfile.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/)) {
    const match = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line);
    const [, name, stage] = match ?? [];
    if (name && name !== "scratch" && !stages.has(name.toLowerCase())) names.push(name);
    if (stage) stages.add(stage.toLowerCase());
  }
  return [...new Set(names)];
}

/** Keeps it for the repository; an empty one takes it away. @throws {BrokerError} INPUT_INVALID for a text without a FROM line. */
export async function saveDockerfile(
  db: Db,
  viewer: Viewer,
  imageId: string,
  text: string,
  now: number,
): Promise<void> {
  const image = await findImage(db, viewer, imageId);
  if (text.trim() !== "" && !HAS_FROM_LINE.test(text)) throw noDockerfile();
  await db
    .insertInto("dockerfiles")
    .values({ connection_id: image.connection_id, repository: image.repository, text, updated_at: now })
    .onConflict((conflict) => conflict.columns(["connection_id", "repository"]).doUpdateSet({ text, updated_at: now }))
    .execute();
}

function noDockerfile(): BrokerError {
  const reason = "has no FROM line";
  return new BrokerError("INPUT_INVALID", `text: ${reason}`, {
    details: [{ path: "text", reason }],
    likely: "another file was pasted or uploaded",
    action: "give the file that the image is built from, or leave it empty",
  });
}

/**
 * The base image: of the images of this connection whose layers are the lowest ones of this image, the one with the
 * most. Advice names only tags of its repository that were scanned and have fewer critical or high findings.
 */
export async function baseOf(db: Db, viewer: Viewer, imageId: string): Promise<BaseAnswer> {
  const image = await findImage(db, viewer, imageId);
  const dockerfile = await db
    .selectFrom("dockerfiles")
    .select("text")
    .where("connection_id", "=", image.connection_id)
    .where("repository", "=", image.repository)
    .executeTakeFirst();
  const base = await findBase(db, image);
  const advice = base ? await findAdvice(db, image, base) : [];
  return {
    dockerfile: dockerfile?.text ?? null,
    from: readFromLines(dockerfile?.text ?? ""),
    base: base ?? null,
    advice,
    reason: reasonFor(base, advice.length),
  };
}

function reasonFor(base: Base | undefined, advices: number): string | null {
  if (!base)
    return "no image of this connection has the lowest layers of this one; import its base image to get advice";
  if (advices === 0) return "no scanned tag of the base image's repository has fewer critical or high findings";
  return null;
}

/** How many of the lowest layers come from the base image; undefined when no base is known. */
export async function countBaseLayers(db: Db, image: ImageRow): Promise<number | undefined> {
  return (await findBase(db, image))?.layers;
}

async function findBase(db: Db, image: ImageRow): Promise<Base | undefined> {
  const own = await db
    .selectFrom("inventories")
    .select("layers")
    .where("id", "=", image.inventory_id)
    .executeTakeFirstOrThrow();
  const layers = fromJson<string[]>(own.layers);
  const rows = await db
    .selectFrom("images")
    .innerJoin("inventories", "inventories.id", "images.inventory_id")
    .select(["images.id", "images.repository", "images.worst", "images.remaining"])
    .select(["inventories.layers", "inventories.found", "inventories.coverage"])
    .where("images.connection_id", "=", image.connection_id)
    .where("images.id", "<>", image.id)
    .orderBy("images.id", "desc")
    .limit(MAX_CANDIDATES)
    .execute();
  const [best] = rows
    .map((row) => ({ row, below: fromJson<string[]>(row.layers) }))
    .filter(
      ({ below }) =>
        below.length > 0 && below.length < layers.length && below.every((layer, at) => layer === layers[at]),
    )
    .toSorted((a, b) => b.below.length - a.below.length);
  if (!best) return undefined;
  const { row, below } = best;
  const references = await referencesOf(db, row.id);
  return { imageId: row.id, repository: row.repository, references, layers: below.length, totals: toTotals(row) };
}

async function referencesOf(db: Db, imageId: string): Promise<string[]> {
  const rows = await db
    .selectFrom("projects")
    .select("reference")
    .where("image_id", "=", imageId)
    .orderBy("reference")
    .limit(20)
    .execute();
  return rows.map(({ reference }) => reference);
}

async function findAdvice(db: Db, image: ImageRow, base: Base): Promise<BaseAnswer["advice"]> {
  const rows = await db
    .selectFrom("projects")
    .select(["image_id", "repository", "reference", "worst", "remaining", "found", "coverage"])
    .where("connection_id", "=", image.connection_id)
    .where("repository", "=", base.repository)
    .where("image_id", "is not", null)
    .where("image_id", "<>", base.imageId)
    .execute();
  const present = base.totals.remaining;
  if (!present) return [];
  return rows
    .flatMap((row) => {
      const totals = toTotals(row);
      if (!totals.remaining || row.image_id === null) return [];
      const fewerCritical = present.critical - totals.remaining.critical;
      const fewerHigh = present.high - totals.remaining.high;
      const { repository, reference, image_id } = row;
      return [{ imageId: image_id, repository, reference, totals, fewerCritical, fewerHigh }];
    })
    .filter(({ fewerCritical, fewerHigh }) => fewerCritical > 0 || (fewerCritical === 0 && fewerHigh > 0))
    .toSorted((a, b) => b.fewerCritical - a.fewerCritical || b.fewerHigh - a.fewerHigh)
    .slice(0, MAX_ADVICE);
}
