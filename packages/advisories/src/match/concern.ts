import type { Inventory } from "@tidewaiter/inventory";
import { WHOLE_ECOSYSTEM } from "../store/changes.ts";
import { hashKey } from "../store/changes-since.ts";
import type { AdvisoryStore } from "../store/store.ts";
import { languageEcosystem } from "./ecosystem-keys.ts";
import { lookupKeys, possibleKeys } from "./lookup-keys.ts";
import { endsBetween } from "./rematch.ts";

/** Raised when packages are looked up under other keys than before: what was packed earlier says nothing then. */
const KEYS_VERSION = 1;

/**
 * Under which keys an inventory's packages are looked up and its coverage is judged, 4 bytes for each: kept beside a
 * stored inventory, they tell whether an update concerns it, and it need not be unpacked for that.
 */
export function packLookupKeys(inventory: Inventory): Uint8Array {
  const types = new Set(inventory.packages.map(({ type }) => type));
  const languages = [...types].flatMap((type) => languageEcosystem(type) ?? []);
  const covers = [...possibleKeys(inventory), ...languages].map((ecosystem) => ({ ecosystem, name: WHOLE_ECOSYSTEM }));
  const hashes = new Set([...lookupKeys(inventory), ...covers].map(hashKey));
  const packed = new DataView(new ArrayBuffer(4 + 4 * hashes.size));
  packed.setUint32(0, KEYS_VERSION, true);
  for (const [index, hash] of [...hashes].entries()) packed.setUint32(4 + 4 * index, hash, true);
  return new Uint8Array(packed.buffer);
}

/** A stored inventory, as far as it must be known to tell whether it is concerned. */
export interface StoredMatch extends Pick<Inventory, "operatingSystem"> {
  /** What `packLookupKeys` made; undefined when nothing was kept. */
  readonly keys: Uint8Array | undefined;
  /** When the data was built that its findings come from. */
  readonly dataBuiltAt: string;
}

/**
 * Which of these the present data may judge otherwise than the data before: those that hold a changed package or the
 * end of whose distribution has come. Where that cannot be told all are; two keys of one hash may add one that is not.
 *
 * @throws {BrokerError} ADVISORIES_MISSING
 */
export function selectConcerned<T extends StoredMatch>(
  store: AdvisoryStore,
  stored: readonly T[],
  now: Date = new Date(),
): T[] {
  const snapshot = store.snapshot();
  return stored.filter((match) => {
    const changes = snapshot.changesSince(match.dataBuiltAt);
    if (!changes || changes.hasNewScores || endsBetween(match, new Date(match.dataBuiltAt), now)) return true;
    return holdsOne(match.keys, changes.hashes);
  });
}

function holdsOne(packed: Uint8Array | undefined, changed: ReadonlySet<number>): boolean {
  if (!packed || packed.byteLength % 4 !== 0 || packed.byteLength === 0) return true;
  const numbers = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (numbers.getUint32(0, true) !== KEYS_VERSION) return true;
  for (let at = 4; at < packed.byteLength; at += 4) if (changed.has(numbers.getUint32(at, true))) return true;
  return false;
}
