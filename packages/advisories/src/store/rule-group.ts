import type { AffectedRule } from "../osv/affected.ts";
import type { AskedVersion } from "../osv/asked-version.ts";
import { findStretch, type RangeHit, schemeOfRange } from "../osv/range.ts";
import { compareVersions, type VersionReader, type VersionScheme } from "../versions/scheme.ts";
import { fixOfPlain, fromStoredRule, parseStored, type StoredFacts, type StoredRule } from "./rule-text.ts";

const NOTHING: StoredFacts = {};

/** Where a version stands in the ranges of a rule. */
export interface Stretch extends RangeHit {
  /** Name of the order that decided. */
  readonly order: string;
}

/** Records of a package that say the same about its versions. Kept as they are stored, and read with each question. */
export class RuleGroup {
  /** Numbers of the records. */
  readonly advisories: readonly number[];
  readonly #scheme: VersionScheme<unknown>;
  readonly #read: VersionReader;
  readonly #stored: StoredRule;

  constructor(scheme: VersionScheme<unknown>, read: VersionReader, stored: StoredRule, advisories: readonly number[]) {
    this.#scheme = scheme;
    this.#read = read;
    this.#stored = stored;
    this.advisories = advisories;
  }

  get rule(): AffectedRule {
    return fromStoredRule(this.#stored);
  }

  /** What the rule says besides its ranges. */
  get facts(): Omit<AffectedRule, "r"> {
    return typeof this.#stored === "string" ? NOTHING : this.#stored;
  }

  /** The stretch of a range that holds the version. */
  find(asked: AskedVersion): Stretch | undefined {
    if (typeof this.#stored === "string") return this.#findIn(this.#stored, asked);
    for (const range of this.#stored.r ?? []) {
      const stretch = this.#findIn(range, asked);
      if (stretch) return stretch;
    }
    return undefined;
  }

  #findIn(text: string, asked: AskedVersion): Stretch | undefined {
    const fixed = fixOfPlain(text);
    if (fixed !== undefined) return this.#findBefore(fixed, asked);
    const { k: kind, e: events } = parseStored(text);
    const scheme = schemeOfRange(this.#scheme, kind);
    const found = findStretch({ scheme, events }, asked.in(scheme), this.#read);
    return found && { introduced: found.introduced, fixed: found.fixed, order: scheme.name };
  }

  /** All versions before a fix: by far the most frequent rule, and one comparison. */
  #findBefore(fixed: string, asked: AskedVersion): Stretch | undefined {
    const end = this.#read(this.#scheme, fixed);
    if (compareVersions(this.#scheme, asked.in(this.#scheme), end) >= 0) return undefined;
    return { introduced: "0", fixed, order: this.#scheme.name };
  }
}
