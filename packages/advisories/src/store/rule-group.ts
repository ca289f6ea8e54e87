import type { AffectedRule } from "../osv/affected.ts";
import type { AskedVersion } from "../osv/asked-version.ts";
import { findStretch, type RangeHit, type ReadyRange, readyRange } from "../osv/range.ts";
import { compareVersions, type VersionReader, type VersionScheme } from "../versions/scheme.ts";
import { fromStoredRule, type StoredRule } from "./rule-text.ts";

const NOTHING: AffectedRule = {};

/** Where a version stands in the ranges of a rule. */
export interface Stretch extends RangeHit {
  /** Name of the order that decided. */
  readonly order: string;
}

/** Records of a package that say the same about its versions. Versions are read when first asked: many are not. */
export class RuleGroup {
  /** Numbers of the records. */
  readonly advisories: readonly number[];
  readonly #scheme: VersionScheme<unknown>;
  readonly #stored: StoredRule;
  readonly #read: VersionReader;
  #ranges: readonly ReadyRange[] | undefined;

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
    if (typeof this.#stored === "string") return this.#findBefore(this.#stored, asked);
    this.#ranges ??= (this.#stored.r ?? []).map((range) => readyRange(this.#scheme, range, this.#read));
    for (const range of this.#ranges) {
      const found = findStretch(range, asked.in(range.scheme));
      if (found) return { introduced: found.introduced, fixed: found.fixed, order: range.scheme.name };
    }
    return undefined;
  }

  /** All versions before a fix: by far the most frequent rule, and one comparison. */
  #findBefore(fixed: string, asked: AskedVersion): Stretch | undefined {
    const end = this.#read(this.#scheme, fixed);
    if (compareVersions(this.#scheme, asked.in(this.#scheme), end) >= 0) return undefined;
    return { introduced: "0", fixed, order: this.#scheme.name };
  }
}
