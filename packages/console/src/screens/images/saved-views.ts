/** A choice of filters that somebody named, as it stands in the address. */
export interface SavedView {
  readonly name: string;
  readonly query: string;
}

const LIMIT = 30;

/** What was kept, as far as it can be understood; the newest come first. */
export function parseViews(text: string | null): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter(isView).slice(0, LIMIT) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is SavedView {
  const { name, query } = (value ?? {}) as Partial<SavedView>;
  return typeof name === "string" && name !== "" && typeof query === "string";
}

/** The list with `view` at its head; an older one of the same name makes way, and beyond the limit the oldest go. */
export function withView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  return [view, ...views.filter(({ name }) => name !== view.name)].slice(0, LIMIT);
}
