import type { Finding } from "@tidewaiter/inventory";
import { languageEcosystem } from "../match/ecosystem-keys.ts";
import { schemeOf } from "../osv/ecosystems.ts";
import { compareVersionTexts } from "../versions/scheme.ts";

const SYSTEM_ECOSYSTEMS: Readonly<Record<string, string>> = { deb: "Debian", apk: "Alpine", rpm: "AlmaLinux" };

/** The version of a package that ends all its findings that can be ended: the highest of their fixes. Undefined without any fix. */
export function upgradeTarget(findings: readonly Finding[]): string | undefined {
  const type = findings[0]?.package.type ?? "generic";
  const scheme = schemeOf(SYSTEM_ECOSYSTEMS[type] ?? languageEcosystem(type) ?? "");
  const fixes = findings.flatMap(({ fixedVersion }) => fixedVersion ?? []);
  return fixes.sort((a, b) => compareVersionTexts(scheme, a, b)).at(-1);
}
