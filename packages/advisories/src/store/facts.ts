import type { AdvisoryRecord } from "../osv/record.ts";

/** What only findings need of a record: read for hits, not for candidates. */
export type AdvisoryFacts = Pick<
  AdvisoryRecord,
  "aliases" | "upstream" | "severity" | "published" | "summary" | "references"
>;

/** A list in place of an object: the names of the fields would come again in every record. */
export function formatFacts({ aliases, upstream, severity, published, summary, references }: AdvisoryFacts): string {
  return JSON.stringify([aliases, upstream, severity, published, summary, references]);
}

/** What `formatFacts` made, in its order. Our own writes are trusted to have the type. */
export function parseFacts(text: string): FactsRow {
  return JSON.parse(text);
}

type FactsRow = readonly [
  aliases: AdvisoryFacts["aliases"],
  upstream: AdvisoryFacts["upstream"],
  severity: AdvisoryFacts["severity"],
  published: string | null,
  summary: string | null,
  references: AdvisoryFacts["references"],
];
