export const VEX_STATUSES = ["not_affected", "affected", "fixed", "under_investigation"] as const;
export type VexStatus = (typeof VEX_STATUSES)[number];

/** What somebody who knows says about a flaw in a product. */
export interface VexStatement {
  /** The flaw under all names that the document gives. */
  readonly ids: readonly string[];
  readonly status: VexStatus;
  /** Why it is not affected. */
  readonly justification?: string;
  /** purls of the products; empty for every product. */
  readonly products: readonly string[];
  /** purls of the packages inside the products; the products themselves when empty. */
  readonly packages: readonly string[];
  /** ISO 8601; newer statements replace older ones. */
  readonly at: string;
  readonly author?: string;
}
