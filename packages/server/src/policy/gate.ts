import { isAtLeast } from "@tidewaiter/inventory";
import { parseReference } from "@tidewaiter/oci";
import type { z } from "zod";
import { sees, type Viewer } from "../access/principal.ts";
import type { gateRoutes } from "../api/contract/gate.ts";
import type { FindingRow } from "../api/contract/images.ts";
import type { ImageRow } from "../images/image-reader.ts";
import type { Images } from "../images/images.ts";
import type { Db } from "../store/open.ts";
import { toIsoOrNull } from "../store/values.ts";

export type GateQuestion = z.output<(typeof gateRoutes)["ask"]["body"]>;
export type GateAnswer = z.output<(typeof gateRoutes)["ask"]["response"]>;

const MAX_IMAGES = 20;
const MAX_NAMED = 100;
const DAY_MS = 86_400_000;

/** May an image run? Of several that fit the question the strictest answer counts. */
export async function askGate(
  db: Db,
  images: Images,
  viewer: Viewer,
  question: GateQuestion,
  now: number,
): Promise<GateAnswer> {
  const ids = await findImages(db, viewer, question);
  const answers: GateAnswer[] = [];
  for (const id of ids) {
    const { image, rows } = await images.allFindings(viewer, id);
    answers.push(judge(image, rows, question, now));
  }
  const strictness = ["deny", "unknown", "allow"];
  const [strictest] = answers.toSorted((a, b) => strictness.indexOf(a.verdict) - strictness.indexOf(b.verdict));
  return (
    strictest ?? { verdict: "unknown", reason: "no such image was scanned", image: null, findings: [], matchedAt: null }
  );
}

/** The decision on one image: pure. */
export function judge(image: ImageRow, rows: readonly FindingRow[], question: GateQuestion, now: number): GateAnswer {
  const { id, connection_id, repository, digest } = image;
  const common = {
    image: { id, connectionId: connection_id, repository, digest },
    matchedAt: toIsoOrNull(image.matched_at),
  };
  const blocking = rows.filter((row) => blocks(row, question, now));
  if (blocking.length > 0) {
    const findings = blocking
      .slice(0, MAX_NAMED)
      .map(({ id: advisory, severity, package: { name, version }, fixedVersion = null }) => ({
        id: advisory,
        severity,
        package: name,
        version,
        fixedVersion,
      }));
    return {
      verdict: "deny",
      reason: `${blocking.length} findings of severity ${question.severity} or worse`,
      findings,
      ...common,
    };
  }
  if (image.coverage === null || image.coverage === "none") {
    return { verdict: "unknown", reason: "there is no advisory data for this image", findings: [], ...common };
  }
  if (image.coverage === "partial" && question.partial === "unknown") {
    return {
      verdict: "unknown",
      reason: "a part of the packages is not covered by advisories",
      findings: [],
      ...common,
    };
  }
  return { verdict: "allow", reason: "nothing stands against it", findings: [], ...common };
}

function blocks(row: FindingRow, { severity, onlyFixable, graceDays }: GateQuestion, now: number): boolean {
  if (row.kind === "notice" || row.allowed !== null || !isAtLeast(row.severity, severity)) return false;
  if (onlyFixable && row.fixedVersion === undefined) return false;
  const publishedAt = Date.parse(row.publishedAt ?? "");
  const isInGrace = graceDays > 0 && !Number.isNaN(publishedAt) && now - publishedAt < graceDays * DAY_MS;
  return !isInGrace;
}

async function findImages(
  db: Db,
  { connections }: Viewer,
  { reference, digest, connectionId }: GateQuestion,
): Promise<string[]> {
  const named = reference === undefined ? undefined : parseReference(reference);
  const wanted = digest ?? named?.digest;
  const visible = connectionId === undefined ? connections : [connectionId].filter((id) => sees({ connections }, id));
  const scope = { visible, repository: named?.repository };
  if (wanted !== undefined) return imagesByDigest(db, wanted, scope);
  const rows = await db
    .selectFrom("projects")
    .select("image_id")
    .where("repository", "=", named?.repository ?? "")
    .where("reference", "=", named?.tag ?? "latest")
    .where("image_id", "is not", null)
    .$if(visible !== null, (query) => query.where("connection_id", "in", [...(visible ?? []), ""]))
    .limit(MAX_IMAGES)
    .execute();
  return rows.flatMap(({ image_id }) => image_id ?? []);
}

interface Scope {
  /** Connections to look into; null: all. */
  readonly visible: readonly string[] | null;
  readonly repository: string | undefined;
}

/** A digest may be that of the image or that of the index that a tag names. */
async function imagesByDigest(db: Db, digest: string, { visible, repository }: Scope): Promise<string[]> {
  const images = db
    .selectFrom("images")
    .select("id")
    .$if(visible !== null, (query) => query.where("connection_id", "in", [...(visible ?? []), ""]))
    .$if(repository !== undefined, (query) => query.where("repository", "=", repository ?? ""))
    .limit(MAX_IMAGES);
  const own = await images.where("digest", "=", digest).execute();
  if (own.length > 0) return own.map(({ id }) => id);
  const named = db.selectFrom("tag_history").select("image_id").where("tag_digest", "=", digest);
  return (await images.where("id", "in", named).execute()).map(({ id }) => id);
}
