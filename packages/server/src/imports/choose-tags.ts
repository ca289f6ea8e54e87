import picomatch from "picomatch";
import { isAttachedTag } from "../images/signatures.ts";

export interface TagRule {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly newest: number | null;
}

export interface KnownTag {
  readonly tag: string;
  readonly pushedAt: number | null;
}

/**
 * The tags that a rule follows; never those of signatures and other attachments: those that match one of `include` (all when there is none) and none of `exclude`; of
 * them the newest by push date. Where the registry tells no dates, numbers in the tags decide (`1.10` after `1.9`).
 */
export function chooseTags(tags: readonly KnownTag[], { include, exclude, newest }: TagRule): string[] {
  const isIncluded = include.length === 0 ? () => true : picomatch([...include]);
  const isExcluded = exclude.length === 0 ? () => false : picomatch([...exclude]);
  const matching = tags.filter(({ tag }) => !isAttachedTag(tag) && isIncluded(tag) && !isExcluded(tag));
  if (newest === null) return matching.map(({ tag }) => tag);
  return matching
    .toSorted(compareNewestFirst)
    .slice(0, newest)
    .map(({ tag }) => tag);
}

const collator = new Intl.Collator("en", { numeric: true });

function compareNewestFirst(a: KnownTag, b: KnownTag): number {
  if (a.pushedAt !== null && b.pushedAt !== null && a.pushedAt !== b.pushedAt) return b.pushedAt - a.pushedAt;
  if ((a.pushedAt === null) !== (b.pushedAt === null)) return a.pushedAt === null ? 1 : -1;
  return collator.compare(b.tag, a.tag);
}
