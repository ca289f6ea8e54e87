import { BrokerError } from "@tidewaiter/runtime";
import { readCycloneDxVex } from "./cyclonedx-vex.ts";
import { readOpenVex } from "./openvex.ts";
import type { VexStatement } from "./vex-statement.ts";

/**
 * Reads an OpenVEX (0.2) or CycloneDX (1.4 and later) document.
 *
 * @throws {BrokerError} INPUT_INVALID for anything else, and for OpenVEX's `not_affected` without a justification.
 */
export function readVexDocument(document: unknown): VexStatement[] {
  const statements = readOpenVex(document) ?? readCycloneDxVex(document);
  if (statements) return statements;
  throw new BrokerError("INPUT_INVALID", "the document is neither OpenVEX nor CycloneDX", {
    action: "give an OpenVEX document, or a CycloneDX one with vulnerabilities",
  });
}
