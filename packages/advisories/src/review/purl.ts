interface SplitPurl {
  /** Type, namespace and name, decoded. */
  readonly base: string;
  readonly version: string | undefined;
}

/** A package URL without qualifiers and subpath, in two parts; undefined when it is none (purl specification). */
export function splitPurl(text: string): SplitPurl | undefined {
  const [plain = ""] = text.split(/[?#]/);
  const match = /^pkg:\/*([a-z0-9.+-]+)\/(.+)$/i.exec(plain);
  if (!match?.[1] || !match[2]) return undefined;
  const at = match[2].lastIndexOf("@");
  const hasVersion = at > match[2].lastIndexOf("/");
  const path = hasVersion && at > 0 ? match[2].slice(0, at) : match[2];
  const version = hasVersion && at > 0 ? decode(match[2].slice(at + 1)) : undefined;
  return { base: `${match[1].toLowerCase()}/${decode(path)}`, version };
}

/** True when both name one package; a version counts only where the wanted purl has one. */
export function samePackage(wanted: string, found: string): boolean {
  const [left, right] = [splitPurl(wanted), splitPurl(found)];
  if (!left || !right || left.base !== right.base) return false;
  return left.version === undefined || left.version === right.version;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
