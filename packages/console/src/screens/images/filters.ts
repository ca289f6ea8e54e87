/** Filters of the list of images that stand in the address under the API's own names. */
const KEYS = [
  "connectionId",
  "type",
  "repository",
  "search",
  "severity",
  "fixable",
  "signed",
  "state",
  "new",
  "sort",
] as const;

export function queryOf(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(KEYS.flatMap((key) => (query.get(key) ? [[key, query.get(key) ?? ""]] : [])));
}

/** The call that lists what the address asks for. Anything else in the address is left out. */
export function projectsPath(query: URLSearchParams): string {
  const search = new URLSearchParams(queryOf(query));
  return search.size > 0 ? `/projects?${search}` : "/projects";
}
