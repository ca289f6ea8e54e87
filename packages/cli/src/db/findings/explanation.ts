import type { Explanation } from "@tidewaiter/advisories";
import { printableLine } from "@tidewaiter/runtime";

/** Why a flaw was found or not, for people. */
export function formatExplanation({ id, records, decisions, coverage }: Explanation): string {
  const known = records.map(
    (record) => `  ${record.id}  ${record.modified.slice(0, 10)}  ${printableLine(record.summary ?? "")}`,
  );
  const lines = [
    printableLine(id),
    ...(known.length > 0 ? ["Records", ...known.map(printableLine)] : ["No record of the advisory data has this id."]),
    ...decisions.flatMap(({ package: found, outcome, record, ecosystem, reason, mapping }) => [
      `${outcome}  ${printableLine(found)}`,
      `  record   ${printableLine(record)} of ${printableLine(ecosystem)}`,
      `  looked up as ${printableLine(mapping)}`,
      `  ${printableLine(reason)}`,
    ]),
    ...(known.length > 0 && decisions.length === 0 ? ["No package of the image is named in them."] : []),
    ...coverage.filter(({ state }) => state !== "covered").map(({ message }) => printableLine(message)),
    "",
  ];
  return lines.join("\n");
}
