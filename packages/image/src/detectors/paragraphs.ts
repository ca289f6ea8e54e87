/**
 * Paragraphs of `Key: value` lines, parted by blank lines; a line that starts with a blank continues the one before it
 * (Debian policy, 5.1). Keys in lower case.
 */
export function* parseParagraphs(text: string): Generator<Record<string, string>> {
  let fields: Record<string, string> = Object.create(null);
  let last = "";
  let isEmpty = true;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") {
      if (!isEmpty) yield fields;
      fields = Object.create(null);
      [last, isEmpty] = ["", true];
    } else if (line[0] === " " || line[0] === "\t") {
      if (last) fields[last] = `${fields[last]}\n${line.trim()}`;
    } else {
      const colon = line.indexOf(":");
      if (colon <= 0) continue;
      last = line.slice(0, colon).toLowerCase();
      fields[last] = line.slice(colon + 1).trim();
      isEmpty = false;
    }
  }
  if (!isEmpty) yield fields;
}
