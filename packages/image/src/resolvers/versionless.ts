import type { Draft, ImageDraft } from "../overlay/draft.ts";

/** A package that one detector found without its version is left out where another one found it with it in the same file. */
export function resolveVersionless(draft: ImageDraft): ImageDraft {
  if (draft.packages.every(({ found }) => found.version !== "")) return draft;
  const known = new Set(draft.packages.filter(({ found }) => found.version !== "").map(keyOf));
  const packages = draft.packages.filter((entry) => entry.found.version !== "" || !known.has(keyOf(entry)));
  return { ...draft, packages };
}

function keyOf({ found, locations }: Draft): string {
  return `${found.type} ${found.namespace ?? ""}/${found.name} ${locations[0]?.path ?? ""}`;
}
