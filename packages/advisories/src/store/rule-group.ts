import type { AffectedRule } from "../osv/affected.ts";
import { type ReadyRange, rangeBefore, readyRange } from "../osv/range.ts";
import type { VersionScheme } from "../versions/scheme.ts";
import { fromStoredRule, type StoredRule } from "./rule-text.ts";

const NOTHING: AffectedRule = {};

/** Records of a package that say the same about its versions. Read when first asked: many are not. */
export class RuleGroup {
  /** Numbers of the records. */
  readonly advisories: readonly number[];
  readonly #scheme: VersionScheme<unknown>;
  readonly #stored: StoredRule;
  #ranges: readonly ReadyRange[] | undefined;

  constructor(scheme: VersionScheme<unknown>, stored: StoredRule, advisories: readonly number[]) {
    this.#scheme = scheme;
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

  get ranges(): readonly ReadyRange[] {
    this.#ranges ??=
      typeof this.#stored === "string"
        ? [rangeBefore(this.#scheme, this.#stored)]
        : (this.#stored.r ?? []).map((range) => readyRange(this.#scheme, range));
    return this.#ranges;
  }
}
