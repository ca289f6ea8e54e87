import { isDigest, isRepository, isTag, parseReference } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import type { ScanTarget } from "../scans/start-scans.ts";
import { newId } from "../store/ids.ts";
import type { Db } from "../store/open.ts";

/** How long an import carries the NEW mark when nobody opens it: 72 hours. */
export const NEW_MS = 72 * 3_600_000;

export interface ImageName {
  readonly repository: string;
  /** Tag or digest. */
  readonly reference: string;
}

/**
 * `repository:tag`, `repository@digest`, or a repository alone for `latest`. A registry host in front is dropped: the
 * connection says which registry it is.
 *
 * @throws {BrokerError} REFERENCE_INVALID
 */
export function parseImageName(text: string): ImageName {
  const { repository, tag, digest } = parseReference(text);
  return { repository, reference: digest ?? tag ?? "latest" };
}

/** Finds or makes the project of each image. Call it inside a transaction. */
export async function ensureProjects(
  db: Db,
  connectionId: string,
  images: readonly ImageName[],
  ruleId: string | null,
  now: number,
): Promise<ScanTarget[]> {
  const targets: ScanTarget[] = [];
  for (const { repository, reference } of images) {
    const row = await db
      .insertInto("projects")
      .values(newProject(connectionId, { repository, reference }, ruleId, now))
      .onConflict((conflict) =>
        conflict
          .columns(["connection_id", "repository", "reference"])
          .doUpdateSet((set) => ({ rule_id: set.ref("projects.rule_id") })),
      )
      .returning(["id", "connection_id", "repository", "reference"])
      .executeTakeFirstOrThrow();
    targets.push(row);
  }
  return targets;
}

function newProject(connectionId: string, { repository, reference }: ImageName, ruleId: string | null, now: number) {
  if (!isRepository(repository) || !(isTag(reference) || isDigest(reference))) {
    throw new BrokerError(
      "REFERENCE_INVALID",
      `${JSON.stringify(`${repository}:${reference}`.slice(0, 200))} is no image reference`,
    );
  }
  return {
    id: newId(now),
    connection_id: connectionId,
    repository,
    reference,
    state: "NotScanned",
    error: null,
    image_id: null,
    active_scan_id: null,
    rule_id: ruleId,
    is_signed: null,
    imported_at: now,
    new_until: now + NEW_MS,
    scanned_at: null,
    schedule: null,
    next_run_at: null,
    state_identifier: null,
    worst: null,
    is_fixable: 0 as const,
    found: null,
    remaining: null,
    coverage: null,
    matched_at: null,
  };
}
