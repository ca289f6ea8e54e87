import { SEVERITIES } from "@tidewaiter/inventory";
import type { FindingRow, FindingSort } from "../api/contract/images.ts";

type Order = (a: FindingRow, b: FindingRow) => number;

/** Where two are equal they stay as they come from matching, which is worst first. */
const ORDERS: Readonly<Record<FindingSort, Order>> = {
  severity: (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  package: (a, b) => compareText(a.package.name, b.package.name),
  since: (a, b) => compareText(b.since, a.since),
  epss: (a, b) => (b.epss?.score ?? -1) - (a.epss?.score ?? -1),
};

/** A copy in the asked order: worst, newest and most likely exploited first, packages by name. */
export function sortFindings(rows: readonly FindingRow[], sort: FindingSort): FindingRow[] {
  return rows.toSorted(ORDERS[sort]);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
