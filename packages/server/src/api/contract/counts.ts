import { SEVERITIES, severitySchema } from "@tidewaiter/inventory";
import { z } from "zod";

const count = z.number().int().min(0);

/** Findings by severity. Notices (unmaintained packages ...) are not counted. */
export const countsSchema = z.object({
  critical: count,
  high: count,
  medium: count,
  low: count,
  negligible: count,
  none: count,
  unknown: count,
  total: count,
  /** Those with a fixed version. */
  fixable: count,
});
export type Counts = z.output<typeof countsSchema>;

/** `full`: everything in the image was looked at; `partial`: some ecosystems have no data; `none`: no data at all. */
export const coverageSchema = z.enum(["full", "partial", "none"]);
export type Coverage = z.output<typeof coverageSchema>;

/** Totals of an image. `null` counts mean `no data`: not scanned, or nothing in it is covered by advisories. Never read as zero. */
export const totalsSchema = z.object({
  coverage: coverageSchema.nullable(),
  /** Before the allow list. */
  found: countsSchema.nullable(),
  /** After the allow list that applies. */
  remaining: countsSchema.nullable(),
  /** The worst remaining severity; null without data, `none` when nothing remains. */
  worst: severitySchema.nullable(),
});
export type Totals = z.output<typeof totalsSchema>;

export const COUNTED = SEVERITIES;

/** No finding at all, which is something other than no data. */
export function emptyCounts(): Counts {
  return { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, none: 0, unknown: 0, total: 0, fixable: 0 };
}
