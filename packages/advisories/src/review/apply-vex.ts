import type { Finding } from "@tidewaiter/inventory";
import { samePackage, splitPurl } from "./purl.ts";
import type { ReviewContext } from "./suppression.ts";
import type { VexStatement } from "./vex-statement.ts";

export interface VexFinding {
  readonly finding: Finding;
  readonly statement: VexStatement;
}

export interface VexReport {
  /** Findings that stay, with the states that statements give them. */
  readonly active: readonly Finding[];
  /** Not affected, or fixed: still visible, with the statement. */
  readonly suppressed: readonly VexFinding[];
}

/** Applies VEX statements: the newest that is about the flaw and the package decides. */
export function applyVex(
  findings: readonly Finding[],
  statements: readonly VexStatement[],
  context: ReviewContext = {},
): VexReport {
  const newestFirst = statements.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const active: Finding[] = [];
  const suppressed: VexFinding[] = [];
  for (const finding of findings) {
    const statement = newestFirst.find((candidate) => isAbout(candidate, finding, context));
    if (statement?.status === "not_affected") {
      suppressed.push({ finding: { ...finding, state: "not_affected" }, statement });
    } else if (statement?.status === "fixed") suppressed.push({ finding, statement });
    else if (statement?.status === "under_investigation" && finding.state === "affected") {
      active.push({ ...finding, state: "under_investigation" });
    } else active.push(finding);
  }
  return { active, suppressed };
}

/** Where packages inside a product are named, the product must be this image; else the product is the package. */
function isAbout({ ids, products, packages }: VexStatement, finding: Finding, context: ReviewContext): boolean {
  if (!ids.some((id) => id === finding.id || finding.aliases.includes(id))) return false;
  const isNamed = (purl: string): boolean => samePackage(purl, finding.package.purl);
  if (packages.length > 0) {
    return packages.some(isNamed) && (products.length === 0 || products.some((purl) => isThisImage(purl, context)));
  }
  return products.some((purl) => isNamed(purl) || isThisImage(purl, context));
}

/** `pkg:oci/name@sha256:…` by digest; without a digest by the last part of the repository's name. */
function isThisImage(purl: string, { repository, digest }: ReviewContext): boolean {
  const split = splitPurl(purl);
  if (!split || !/^(oci|docker)\//.test(split.base)) return false;
  if (split.version?.startsWith("sha256:")) return split.version === digest;
  return repository !== undefined && split.base.split("/").at(-1) === repository.split("/").at(-1);
}
