import { writeFile } from "node:fs/promises";
import type { DocumentOptions, Inventory } from "@tidewaiter/inventory";
import { BrokerError } from "@tidewaiter/runtime";
import { formatInventory } from "./inventory-table.ts";

export const FORMATS = ["table", "cyclonedx", "spdx", "snyk", "json", "sarif"] as const;
export type OutputFormat = (typeof FORMATS)[number];

/** @throws {BrokerError} INPUT_INVALID for another word. */
export function readFormat(text: string): OutputFormat {
  const format = FORMATS.find((name) => name === text);
  if (format) return format;
  throw new BrokerError("INPUT_INVALID", `--format: one of ${FORMATS.join(", ")}`);
}

/** The inventory as text in a format. */
export async function formatResult(
  inventory: Inventory,
  format: OutputFormat,
  options: DocumentOptions,
): Promise<string> {
  const { name, tag } = options;
  if (format === "table") return formatInventory(inventory, tag ? `${name}:${tag}` : name);
  if (format === "json") return `${JSON.stringify(inventory, undefined, 2)}\n`;
  if (format === "sarif") throw new BrokerError("INPUT_INVALID", "--format sarif: SARIF is for findings; add --vulns");
  const { toCycloneDx, toScanResults, toSpdx } = await import("@tidewaiter/inventory");
  const write = { cyclonedx: toCycloneDx, spdx: toSpdx, snyk: toScanResults }[format];
  return `${JSON.stringify(write(inventory, options), undefined, 2)}\n`;
}

/** To the file when one is named, else to the stream. @throws {BrokerError} INPUT_INVALID when the file cannot be written. */
export async function writeResult(text: string, stream: NodeJS.WritableStream, path?: string): Promise<void> {
  if (path === undefined) {
    stream.write(text);
    return;
  }
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new BrokerError("INPUT_INVALID", `--output: ${path} cannot be written`, { cause });
  }
}
