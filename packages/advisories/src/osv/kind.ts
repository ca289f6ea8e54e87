import { field, list, text } from "./json.ts";

/** What a record tells of. Only the first three are ever matched; the rest is kept to answer for it. */
export const ADVISORY_KINDS = ["vulnerability", "notice", "malware", "not_security"] as const;
export type AdvisoryKind = (typeof ADVISORY_KINDS)[number];

/** Bug fixes and enhancements of Red Hat's heirs: no flaw in them. */
const NOT_SECURITY = /^(AL|RL|RH|EL)(BA|EA)-/;

export function kindOf(id: string, document: unknown): AdvisoryKind {
  if (NOT_SECURITY.test(id)) return "not_security";
  if (id.startsWith("MAL-")) return "malware";
  return list(field(document, "affected")).some(isNotice) ? "notice" : "vulnerability";
}

/** RustSec marks unmaintained and unsound crates and notices as `informational`. */
function isNotice(entry: unknown): boolean {
  return text(field(field(entry, "database_specific"), "informational")) !== undefined;
}
