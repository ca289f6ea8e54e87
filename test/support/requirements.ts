import { isInstalled } from "../../scripts/set-up.ts";

/**
 * For a suite's `skip` option: false when all programs are there, else the reason. Under `CI=true` a missing program is
 * a failure, never a silent skip.
 */
export function missing(...programs: readonly string[]): string | false {
  const absent = programs.filter((name) => !isInstalled(name));
  return unless(absent.length === 0, `not installed: ${absent.join(", ")}`);
}

/** As `missing`, for suites that need root (network namespaces, debootstrap). */
export function withoutRoot(): string | false {
  return unless(process.getuid?.() === 0, "needs root");
}

function unless(isMet: boolean, reason: string): string | false {
  if (isMet) return false;
  if (process.env.CI === "true") throw new Error(`under CI nothing is skipped: ${reason}`);
  return reason;
}
