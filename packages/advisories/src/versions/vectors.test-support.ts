import assert from "node:assert/strict";
import { compareVersionTexts, type VersionScheme } from "./scheme.ts";

/** Every version of the list is below every later one, seen from both sides. */
export function assertAscending<T>(scheme: VersionScheme<T>, versions: readonly string[]): void {
  for (const [index, low] of versions.entries()) {
    for (const high of versions.slice(index + 1)) {
      assert.ok(compareVersionTexts(scheme, low, high) < 0, `${scheme.name}: ${low} < ${high}`);
      assert.ok(compareVersionTexts(scheme, high, low) > 0, `${scheme.name}: ${high} > ${low}`);
    }
  }
}

/** All versions of the list are one and the same. */
export function assertEqualVersions<T>(scheme: VersionScheme<T>, versions: readonly string[]): void {
  for (const left of versions) {
    for (const right of versions) {
      assert.equal(compareVersionTexts(scheme, left, right), 0, `${scheme.name}: ${left} = ${right}`);
    }
  }
}
