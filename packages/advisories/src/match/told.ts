import type { Finding } from "@tidewaiter/inventory";
import type { StoredAdvisory } from "../store/stored.ts";
import type { Flaw } from "./flaws.ts";

const MAX_REFERENCES = 20;

/** What the records of a flaw tell about it. */
export type Told = Pick<Finding, "aliases" | "summary" | "publishedAt" | "references">;

/** Nearly always there is one record; lists are then its own, not copies of them. */
export function tellOf(flaw: Flaw, records: readonly StoredAdvisory[]): Told {
  return {
    aliases: aliasesOf(flaw, records),
    summary: records.find(({ summary }) => summary)?.summary,
    publishedAt: firstPublished(records),
    references: referencesOf(records),
  };
}

function aliasesOf(flaw: Flaw, records: readonly StoredAdvisory[]): string[] {
  const others = records.filter(({ id }) => id !== flaw.id && !flaw.aliases.includes(id));
  return others.length === 0 ? flaw.aliases : [...flaw.aliases, ...others.map(({ id }) => id)];
}

function firstPublished(records: readonly StoredAdvisory[]): string | undefined {
  let first: string | undefined;
  for (const { published } of records) {
    if (published !== undefined && (first === undefined || published < first)) first = published;
  }
  return first;
}

function referencesOf(records: readonly StoredAdvisory[]): string[] {
  const [first] = records;
  if (first && records.length === 1 && first.references.length <= MAX_REFERENCES) return first.references;
  return [...new Set(records.flatMap(({ references }) => references))].slice(0, MAX_REFERENCES);
}
