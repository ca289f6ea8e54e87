import {
  type AdvisoryStore,
  type MatchReport,
  matchAgain,
  matchInventory,
  packLookupKeys,
  type StoredMatch,
  selectConcerned,
} from "@tidewaiter/advisories";
import { type ScanResult, scanResultSchema } from "@tidewaiter/contract";
import type { Inventory } from "@tidewaiter/inventory";
import { BrokerError, parseInput } from "@tidewaiter/runtime";
import { type FindingFact, type MatchOutcome, toFacts, toOutcome } from "./outcome.ts";
import { pack, unpack } from "./packing.ts";

/** What the worker is asked; all of it may take longer than the event loop of the server can spare. */
export type Task =
  | { readonly kind: "ingest"; readonly bytes: Uint8Array }
  | { readonly kind: "match"; readonly body: Uint8Array; readonly previous?: PackedMatch }
  | { readonly kind: "select"; readonly stored: readonly StoredInventory[] }
  | { readonly kind: "facts"; readonly findings: Uint8Array };

/** A stored inventory without its packages. */
export interface StoredInventory extends StoredMatch {
  readonly id: string;
}

/** Which of some inventories the present data may judge otherwise. */
export interface Selection {
  readonly concerned: readonly string[];
  /** When that data was built. */
  readonly generation: string;
}

/** Stored findings, and the generation of the data that they come from. */
export interface PackedMatch {
  readonly findings: Uint8Array;
  readonly generation: string;
}

export interface PackedOutcome extends Omit<MatchOutcome, "findings"> {
  readonly findings: Uint8Array;
  /** What `packLookupKeys` made of the inventory. */
  readonly keys: Uint8Array;
}

/** An inventory as the store takes it. */
export interface PackedInventory {
  readonly digest: string;
  readonly analyser: string;
  readonly body: Uint8Array;
  readonly platform: string;
  readonly sizeBytes: number;
  readonly packages: number;
  readonly problems: number;
  readonly operatingSystem: Inventory["operatingSystem"] | null;
  readonly layers: readonly string[];
  /** Whether the scan saw a signature of the image; null where it could not tell. */
  readonly isSigned: boolean | null;
}

export interface Ingested {
  readonly result: Omit<ScanResult, "inventory" | "image">;
  readonly inventory: PackedInventory | undefined;
  /** Undefined without advisory data. */
  readonly outcome: PackedOutcome | undefined;
}

/** Answers by the kind of task. */
export interface Answers {
  readonly ingest: Ingested;
  readonly match: PackedOutcome | undefined;
  readonly select: Selection;
  readonly facts: readonly FindingFact[];
}

/** @throws {BrokerError} INPUT_INVALID for a result that breaks its schema. */
export function runTask(task: Task, store: AdvisoryStore): Answers[Task["kind"]] {
  if (task.kind === "ingest") return ingest(task.bytes, store);
  if (task.kind === "match") return matchPacked(task, store);
  if (task.kind === "select") return select(task.stored, store);
  return toFacts(unpack<MatchOutcome["findings"]>(task.findings));
}

function ingest(bytes: Uint8Array, store: AdvisoryStore): Ingested {
  const { inventory, image: _image, ...result } = parseInput(scanResultSchema, parseJson(bytes), "result");
  if (!inventory) return { result, inventory: undefined, outcome: undefined };
  const { image, analyser, packages, problems, operatingSystem, layers } = inventory;
  return {
    result,
    inventory: {
      digest: image.digest,
      analyser,
      body: pack(inventory),
      platform: image.platform,
      sizeBytes: image.sizeBytes,
      packages: packages.length,
      problems: problems.length,
      operatingSystem: operatingSystem ?? null,
      layers: layers.map(({ diffId, digest }) => diffId ?? digest),
      isSigned: image.attached?.some(({ kind }) => kind === "signature") ?? null,
    },
    outcome: packOutcome(inventory, () => matchInventory(store, inventory)),
  };
}

/** Matches anew where nothing is known, else what changed in the data since. */
function matchPacked(
  { body, previous }: Extract<Task, { kind: "match" }>,
  store: AdvisoryStore,
): PackedOutcome | undefined {
  const inventory = unpack<Inventory>(body);
  if (!previous) return packOutcome(inventory, () => matchInventory(store, inventory));
  const findings = unpack<MatchOutcome["findings"]>(previous.findings);
  return packOutcome(inventory, () => matchAgain(store, inventory, { findings, dataBuiltAt: previous.generation }));
}

function select(stored: readonly StoredInventory[], store: AdvisoryStore): Selection {
  const concerned = selectConcerned(store, stored).map(({ id }) => id);
  return { concerned, generation: store.snapshot().meta.get("built") ?? "" };
}

function packOutcome(inventory: Inventory, match: () => MatchReport): PackedOutcome | undefined {
  try {
    const outcome = toOutcome(match());
    return { ...outcome, findings: pack(outcome.findings), keys: packLookupKeys(inventory) };
  } catch (error) {
    if (error instanceof BrokerError && error.code === "ADVISORIES_MISSING") return undefined;
    throw error;
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new BrokerError("INPUT_INVALID", "result: is no JSON");
  }
}
