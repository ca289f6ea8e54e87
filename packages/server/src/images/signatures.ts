import type { Db } from "../store/open.ts";
import { toFlag } from "../store/values.ts";

/** Where cosign puts what belongs to an image when the registry has no referrers: `sha256-<hex>.sig`, `.att`, `.sbom`. */
const ATTACHED = /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;

/** True for tags that hold no image but something about one. */
export function isAttachedTag(tag: string): boolean {
  return ATTACHED.test(tag);
}

export function signatureTagOf(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/**
 * Notes for the projects of a repository whether a signature of their image is there, by the listed tags. It says
 * "present", not "verified". With a project, only for that one. Without a whole listing nothing is known, and what was known stays.
 */
export async function markSignatures(
  db: Db,
  connectionId: string,
  repository: string,
  projectId?: string,
): Promise<void> {
  const listing = await db
    .selectFrom("listings")
    .select("is_complete")
    .where("connection_id", "=", connectionId)
    .where("repository", "=", repository)
    .executeTakeFirst();
  if (listing?.is_complete !== 1) return;
  const rows = await db
    .selectFrom("projects")
    .innerJoin("images", "images.id", "projects.image_id")
    .select(["projects.id", "projects.is_signed", "projects.state_identifier", "images.digest"])
    .where("projects.connection_id", "=", connectionId)
    .where("projects.repository", "=", repository)
    .$if(projectId !== undefined, (query) => query.where("projects.id", "=", projectId ?? ""))
    .execute();
  const present = await readSignatureTags(db, connectionId, repository);
  for (const { id, is_signed, state_identifier, digest } of rows) {
    // A signature may be that of the image or that of the index that the tag names.
    const isSigned = [digest, state_identifier ?? digest].some((name) => present.has(signatureTagOf(name)));
    // Newer signatures have no tag: what the scan saw of the registry's referrers stands.
    if (is_signed === 1 || is_signed === toFlag(isSigned)) continue;
    await db
      .updateTable("projects")
      .set({ is_signed: toFlag(isSigned) })
      .where("id", "=", id)
      .execute();
  }
}

async function readSignatureTags(db: Db, connectionId: string, repository: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom("listed_tags")
    .select("tag")
    .where("connection_id", "=", connectionId)
    .where("repository", "=", repository)
    .where("tag", "like", "sha256-%.sig")
    .execute();
  return new Set(rows.map(({ tag }) => tag));
}
