import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianRootfs } from "../support/debian-rootfs.ts";

/** What apt and dpkg know of a real Debian, with a file that makes each layer another one. */
export async function debianTar(): Promise<Buffer> {
  const marker = mkdtempSync(join(tmpdir(), "marker-"));
  writeFileSync(join(marker, "marker"), randomUUID());
  const rootfs = await debianRootfs();
  const parts = ["-C", rootfs, "var/lib/dpkg", "etc/os-release", "usr/lib/os-release", "etc/debian_version"];
  return execFileSync("tar", ["-c", ...parts, "-C", marker, "marker"], { maxBuffer: 2 ** 28 });
}
