import type { Inventory, Package } from "@tidewaiter/inventory";
import { isDistributionType } from "./ecosystem-keys.ts";

/** Why packages of an image are not compared with advisories. */
export const SET_ASIDE_REASONS = ["owned", "no_version", "kernel_headers", "not_a_package"] as const;
export type SetAsideReason = (typeof SET_ASIDE_REASONS)[number];

/** Packages that were not judged, by reason, so that nobody takes them for judged and clean. */
export interface SetAside {
  readonly reason: SetAsideReason;
  readonly packages: number;
  readonly message: string;
}

const MESSAGES: Readonly<Record<SetAsideReason, string>> = {
  owned: "files of distribution packages: the distribution fixes them under old numbers and is judged in their place",
  no_version: "packages that do not say their version, such as programs built from a working copy",
  kernel_headers: "headers of the kernel: an image runs on the host's kernel, not on these",
  not_a_package: "keys and groups that the package database lists among packages",
};

const NO_VERSION: ReadonlySet<string> = new Set(["", "(devel)", "v(devel)", "UNKNOWN"]);
const KERNEL_HEADERS = /^(?:linux-libc-dev|kernel-headers|linux-headers)(?:-|$)/;
/** RPM lists signing keys, apk the groups that `apk add --virtual` makes. */
const NOT_A_PACKAGE: Partial<Readonly<Record<Package["type"], RegExp>>> = { rpm: /^gpg-pubkey$/, apk: /^\./ };

export function setAsideReason({ type, name, version, ownedBy }: Package): SetAsideReason | undefined {
  if (ownedBy !== undefined) return "owned";
  if (isDistributionType(type)) {
    if (NOT_A_PACKAGE[type]?.test(name)) return "not_a_package";
    if (KERNEL_HEADERS.test(name)) return "kernel_headers";
  }
  return NO_VERSION.has(version) ? "no_version" : undefined;
}

export function countSetAside(inventory: Inventory): SetAside[] {
  const counts = new Map<SetAsideReason, number>();
  for (const found of inventory.packages) {
    const reason = setAsideReason(found);
    if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, packages]) => ({ reason, packages, message: MESSAGES[reason] }));
}
