/**
 * JSON without the comments and trailing commas that some tools allow; texts are left as they are. One pass, since a
 * pattern for comments can be made slow by a file of nothing but their beginnings.
 */
export function stripJsonComments(text: string): string {
  const kept: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = endOfToken(text, at);
    const token = text.slice(at, end);
    at = end;
    if (token.startsWith("//") || token.startsWith("/*")) continue;
    if (token === "}" || token === "]") dropTrailingComma(kept);
    kept.push(token);
  }
  return kept.join("");
}

/** Where the text, comment, run of other characters or single mark that starts here ends. */
function endOfToken(text: string, start: number): number {
  if (text[start] === '"') return endOfText(text, start);
  if (text.startsWith("//", start)) return orEnd(text, text.indexOf("\n", start));
  if (text.startsWith("/*", start)) {
    const close = text.indexOf("*/", start + 2);
    return close < 0 ? text.length : close + 2;
  }
  let at = start + 1;
  if (!MARKS.has(text[start] ?? "")) while (at < text.length && !STOPS.has(text[at] ?? "")) at += 1;
  return at;
}

const MARKS: ReadonlySet<string> = new Set([",", "}", "]"]);
const STOPS: ReadonlySet<string> = new Set([...MARKS, '"', "/"]);

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function orEnd(text: string, at: number): number {
  return at < 0 ? text.length : at;
}

/** The comma before a closing mark, behind nothing but blanks. */
function dropTrailingComma(kept: string[]): void {
  let at = kept.length - 1;
  while (at >= 0 && kept[at]?.trim() === "") at -= 1;
  if (kept[at] === ",") kept.splice(at, 1);
}
