/** One entry of a `Link` header. */
export interface Link {
  readonly target: string;
  readonly rel: readonly string[];
}

const MAX_LENGTH = 16_384;

/** Reads `Link` header lines (RFC 8288, section 3): several links, quoted or bare parameters, any case. The target is left as it came. */
export function parseLinks(lines: readonly string[]): Link[] {
  return lines.flatMap((line) => parseLine(line.slice(0, MAX_LENGTH)));
}

/** The target of the first link with `rel=next`. */
export function nextLink(lines: readonly string[]): string | undefined {
  return parseLinks(lines).find(({ rel }) => rel.includes("next"))?.target;
}

function parseLine(line: string): Link[] {
  const links: Link[] = [];
  const start = /\s*,?\s*<([^>]*)>/y;
  const parameter = /\s*;\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?/y;
  let position = 0;
  for (;;) {
    start.lastIndex = position;
    const target = start.exec(line)?.[1];
    if (target === undefined) return links;
    position = start.lastIndex;
    let rel: string[] | undefined;
    for (;;) {
      parameter.lastIndex = position;
      const match = parameter.exec(line);
      if (!match) break;
      position = parameter.lastIndex;
      const [, name = "", quoted, bare] = match;
      // The first rel counts (RFC 8288, 3.3).
      if (name.toLowerCase() === "rel") rel ??= (quoted ?? bare ?? "").toLowerCase().split(/\s+/);
    }
    links.push({ target, rel: rel ?? [] });
  }
}
