/** One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1). Names in lower case, values as sent. */
export interface Challenge {
  readonly scheme: string;
  readonly params: Readonly<Record<string, string>>;
}

const MAX_LENGTH = 16_384;
const MAX_CHALLENGES = 16;
const TOKEN = "[\\w!#$%&'*+.^`|~-]+";

/** Reads all challenges: several in one line or in several lines, parameters in any order, quoted strings with commas and escapes. */
export function parseChallenges(lines: readonly string[]): Challenge[] {
  return lines.flatMap((line) => parseLine(line.slice(0, MAX_LENGTH))).slice(0, MAX_CHALLENGES);
}

function parseLine(line: string): Challenge[] {
  const challenges: { scheme: string; params: Record<string, string> }[] = [];
  const parameter = new RegExp(`(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)(?:"|$)|([^\\s,]*))`, "y");
  const scheme = new RegExp(`(${TOKEN})(?=\\s|,|$)`, "y");
  // What stands between a scheme and a comma in one piece (`Negotiate abc==`).
  const token68 = /[\w~+/.-]+=*(?=\s*(?:,|$))/y;
  const space = /[\s,]*/y;
  let position = 0;
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(line);
    if (match) position = pattern.lastIndex;
    return match;
  };
  while (position < line.length) {
    read(space);
    const current = challenges.at(-1);
    const pair = current && read(parameter);
    if (current && pair) {
      const [, name = "", quoted, bare] = pair;
      const value = quoted === undefined ? (bare ?? "") : quoted.replace(/\\(.)/g, "$1");
      if (!Object.hasOwn(current.params, name.toLowerCase())) current.params[name.toLowerCase()] = value;
      continue;
    }
    const word = read(scheme)?.[1];
    if (word) {
      challenges.push({ scheme: word.toLowerCase(), params: Object.create(null) as Record<string, string> });
      read(space);
      if (!peek(parameter, line, position) && !peek(scheme, line, position)) read(token68);
      continue;
    }
    position += 1;
  }
  return challenges.map(({ scheme: name, params }) => ({ scheme: name, params: { ...params } }));
}

function peek(pattern: RegExp, line: string, position: number): boolean {
  pattern.lastIndex = position;
  return pattern.test(line);
}
