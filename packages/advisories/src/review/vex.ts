import { BrokerError } from "@tidewaiter/runtime";
import { readCycloneDxVex } from "./cyclonedx-vex.ts";
import { readOpenVex } from "./openvex.ts";

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

/**
 * Reads an OpenVEX (0.2) or CycloneDX (1.4 and later) document.
 *
 * @throws {BrokerError} INPUT_INVALID for anything else, and for `not_affected` without a justification.
 */
export function readVexDocument(document: unknown): VexStatement[] {
  const statements = readOpenVex(document) ?? readCycloneDxVex(document);
  if (statements) return statements;
  throw new BrokerError("INPUT_INVALID", "the document is neither OpenVEX nor CycloneDX", {
    action: "give an OpenVEX document, or a CycloneDX one with vulnerabilities",
  });
}
