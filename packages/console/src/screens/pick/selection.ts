import type { RuleInput, TagRow } from "../../api/types/index.ts";

/** What somebody ticked: single tags by repository, and whole repositories with their rule. */
export interface Selection {
  readonly tags: ReadonlyMap<string, ReadonlyMap<string, number | null>>;
  readonly rules: ReadonlyMap<string, RuleInput>;
}

export const NOTHING: Selection = { tags: new Map(), rules: new Map() };
export type Tick = "none" | "some" | "all";

/** State of a repository's box. `known`: how many tags it has, where all of them were read. */
export function tickOf({ tags, rules }: Selection, repository: string, known: number | undefined): Tick {
  if (rules.has(repository)) return "all";
  const chosen = tags.get(repository)?.size ?? 0;
  if (chosen === 0) return "none";
  return known !== undefined && chosen >= known ? "all" : "some";
}

export function isTagChosen({ tags, rules }: Selection, repository: string, tag: string): boolean {
  return rules.has(repository) || (tags.get(repository)?.has(tag) ?? false);
}

/** A repository's box: whatever of it was chosen makes way for the rule, or for nothing. */
export function toggleRepository(selection: Selection, repository: string): Selection {
  const tags = new Map(selection.tags);
  const rules = new Map(selection.rules);
  const had = rules.delete(repository) || (tags.get(repository)?.size ?? 0) > 0;
  tags.delete(repository);
  if (!had) rules.set(repository, { repository, include: [], exclude: [], newest: null });
  return { tags, rules };
}

/** A tag's box. Under a rule there is nothing to tick: the rule says what comes. */
export function toggleTag(selection: Selection, repository: string, { tag, sizeBytes }: TagRow): Selection {
  if (selection.rules.has(repository)) return selection;
  const chosen = new Map(selection.tags.get(repository));
  if (!chosen.delete(tag)) chosen.set(tag, sizeBytes);
  const tags = new Map(selection.tags);
  if (chosen.size > 0) tags.set(repository, chosen);
  else tags.delete(repository);
  return { ...selection, tags };
}

export function changeRule(selection: Selection, rule: RuleInput): Selection {
  return { ...selection, rules: new Map(selection.rules).set(rule.repository, rule) };
}

export interface Summary {
  readonly images: number;
  readonly rules: number;
  /** Of the tags whose size the registry told. */
  readonly sizeBytes: number;
}

export function summarise({ tags, rules }: Selection, manual: readonly string[]): Summary {
  const sizes = [...tags.values()].flatMap((chosen) => [...chosen.values()]);
  return {
    images: sizes.length + manual.length,
    rules: rules.size,
    sizeBytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
  };
}

/** Body of the call that starts the import. */
export function toImport(
  { tags, rules }: Selection,
  manual: readonly string[],
): { images: string[]; rules: RuleInput[] } {
  const images = [...tags].flatMap(([repository, chosen]) => [...chosen.keys()].map((tag) => `${repository}:${tag}`));
  return { images: [...new Set([...images, ...manual])], rules: [...rules.values()] };
}

/** A number of tags that was typed, 1 to 1000; null (all of them) for anything else. */
export function parseCount(text: string): number | null {
  return /^[1-9]\d{0,3}$/.test(text) ? Math.min(Number(text), 1_000) : null;
}

/** References that were typed, one a line or parted by commas or blanks. */
export function parseReferences(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}
