/** One piece of a pattern: an escaped character, `:name`, a group, or `*`, with the slash before it and a modifier. */
const TOKEN = /\\(.)|(\/)?(?::(\w+)(?:\(((?:\\.|[^\\()])+)\))?|\(((?:\\.|[^\\()])+)\))([+*?])?|(\/)?\*/g;

/**
 * The path patterns of rule files (path-to-regexp 1.x, which the vendor documents): `:name` is one segment, `:name?` an
 * optional one, `*` any run of characters, `(regex)` a group. Anchored, any case, one trailing slash allowed.
 *
 * @throws {SyntaxError} for a group that is no regular expression.
 */
export function compilePathPattern(pattern: string): RegExp {
  const rooted = pattern.startsWith("/") ? pattern : `/${pattern}`;
  let source = "";
  let end = 0;
  for (const match of rooted.matchAll(TOKEN)) {
    source += escapeText(rooted.slice(end, match.index)) + tokenSource(match);
    end = match.index + match[0].length;
  }
  source += escapeText(rooted.slice(end));
  return new RegExp(`^${source.replace(/\/$/, "")}(?:\\/(?=$))?$`, "i");
}

/** The fixed text at the start of a pattern: what a reader recognises it by. */
export function literalPrefix(pattern: string): string {
  const rooted = pattern.startsWith("/") ? pattern : `/${pattern}`;
  return rooted.split(/[:*(\\]/, 1)[0] ?? rooted;
}

function tokenSource(match: RegExpExecArray | RegExpMatchArray): string {
  const [, escaped, slash = "", name, nameGroup, group, modifier, starSlash = ""] = match;
  if (escaped !== undefined) return escapeText(escaped);
  const prefix = slash ? "\\/" : "";
  if (name === undefined && group === undefined) return `${starSlash ? "\\/" : ""}(?:.*)`;
  const capture = nameGroup ?? group ?? "[^\\/]+?";
  if (modifier === "?") return `(?:${prefix}(?:${capture}))?`;
  if (modifier === "+") return `${prefix}(?:${capture})(?:${prefix}(?:${capture}))*`;
  if (modifier === "*") return `(?:${prefix}(?:${capture}))*`;
  return `${prefix}(?:${capture})`;
}

function escapeText(text: string): string {
  return text.replace(/[.+*?=^!:${}()[\]|/\\]/g, "\\$&");
}
