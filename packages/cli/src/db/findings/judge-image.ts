import { readFile } from "node:fs/promises";
import {
  type AdvisoryStore,
  applySuppressions,
  applyVex,
  type MatchReport,
  matchInventory,
  readVexDocument,
  type SuppressedFinding,
  suppressionSchema,
  type VexFinding,
} from "@tidewaiter/advisories";
import type { Finding, Inventory } from "@tidewaiter/inventory";
import { BrokerError, parseInput } from "@tidewaiter/runtime";
import { z } from "zod";

const MAX_ENTRIES = 10_000;

export interface JudgeOptions {
  /** Files with allow-list entries (JSON). */
  readonly allow?: readonly string[];
  /** OpenVEX or CycloneDX files. */
  readonly vex?: readonly string[];
  readonly repository?: string;
}

/** What an image has, what was taken out of sight and why, and what could not be judged. */
export interface JudgedImage {
  readonly active: readonly Finding[];
  readonly allowed: readonly SuppressedFinding[];
  readonly excused: readonly VexFinding[];
  readonly report: MatchReport;
}

/** @throws {BrokerError} ADVISORIES_MISSING, or INPUT_INVALID for an allow list or VEX file. */
export async function judgeImage(
  store: AdvisoryStore,
  inventory: Inventory,
  options: JudgeOptions,
): Promise<JudgedImage> {
  const { repository, allow = [], vex = [] } = options;
  const report = matchInventory(store, inventory);
  const context = { repository, digest: inventory.image.digest };
  const statements = (await Promise.all(vex.map(readJson))).flatMap(readVexDocument);
  const excused = applyVex(report.findings, statements, context);
  const entries = (await Promise.all(allow.map(readJson))).flatMap((list) => parseInput(allowList, list, "--allow"));
  const allowed = applySuppressions(excused.active, entries, context);
  return { active: allowed.active, allowed: allowed.suppressed, excused: excused.suppressed, report };
}

const allowList = z.array(suppressionSchema).max(MAX_ENTRIES);

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new BrokerError("INPUT_INVALID", `${path} is no JSON file that can be read`, { cause });
  }
}
