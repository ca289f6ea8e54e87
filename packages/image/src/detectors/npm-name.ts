/** `@scope/name` as purl and our model part it: the scope keeps its `@`. */
export function splitNpmName(full: string): { namespace?: string; name: string } {
  const slash = full.indexOf("/");
  return full.startsWith("@") && slash > 0
    ? { namespace: full.slice(0, slash), name: full.slice(slash + 1) }
    : { name: full };
}

const NAME = /^(?:@[^/@\s]+\/)?[^/@\s]+$/;

/** Loose on purpose: old names have capitals and odd characters. */
export function isNpmName(text: string): boolean {
  return text.length <= 512 && NAME.test(text);
}
