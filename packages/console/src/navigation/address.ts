/** What a pattern such as `/images/:id/:tab?` found in a path. */
export type Parameters = Readonly<Record<string, string>>;

/** Parameters of `path` under `pattern`; undefined when it does not fit. A last `:name?` may be absent. */
export function matchPath(pattern: string, path: string): Parameters | undefined {
  const wanted = pattern.split("/").filter(Boolean);
  const given = path.split("/").filter(Boolean);
  if (given.length > wanted.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index];
    if (value === undefined) {
      if (part.startsWith(":") && part.endsWith("?")) continue;
      return undefined;
    }
    if (part.startsWith(":")) found[part.slice(1).replace("?", "")] = decode(value);
    else if (part !== value) return undefined;
  }
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The query with `changes` made; empty values leave it. */
export function changeQuery(query: URLSearchParams, changes: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === "") next.delete(key);
    else next.set(key, value);
  }
  return next.size > 0 ? `?${next}` : "";
}

/** Values of a list parameter (`?severity=critical,high`). */
export function listOf(query: URLSearchParams, key: string): readonly string[] {
  return (query.get(key) ?? "").split(",").filter(Boolean);
}

/** The list with `value` put in or taken out, as it stands in the address. */
export function toggled(list: readonly string[], value: string): string {
  return (list.includes(value) ? list.filter((one) => one !== value) : [...list, value]).join(",");
}
