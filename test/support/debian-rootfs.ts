import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "../../scripts/set-up.ts";
import { TEST_CACHE } from "./test-cache.ts";

const run = promisify(execFile);

/** A Debian bookworm root file system made by debootstrap from the machine's own mirror; kept between runs. Needs root. */
export async function debianRootfs(): Promise<string> {
  const folder = join(TEST_CACHE, "bookworm-minbase");
  if (existsSync(folder)) return folder;
  mkdirSync(TEST_CACHE, { recursive: true });
  const building = `${folder}.${process.pid}`;
  const debootstrap = findProgram("debootstrap") ?? "debootstrap";
  const args = ["--variant=minbase", "--no-check-gpg", "bookworm", building, machineMirror()];
  await run(debootstrap, args, {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    maxBuffer: 64 * 1024 * 1024,
  });
  renameSync(building, folder);
  return folder;
}

/** `package version architecture` of everything installed there, by Debian's own tool. */
export function dpkgQuery(rootfs: string): string[] {
  const format = "$" + "{Package} $" + "{Version} $" + "{Architecture}\\n";
  const text = execFileSync("dpkg-query", [`--admindir=${rootfs}/var/lib/dpkg`, "-W", `-f=${format}`], {
    encoding: "utf8",
  });
  return text.trim().split("\n").sort();
}

/** The archive that this machine installs from: the first `deb` line or `URIs:` field. */
function machineMirror(): string {
  const folder = "/etc/apt/sources.list.d";
  const files = [
    "/etc/apt/sources.list",
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ];
  const text = files
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const uri = /^URIs:\s*(\S+)/m.exec(text)?.[1] ?? /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/m.exec(text)?.[1];
  return uri ?? "http://deb.debian.org/debian";
}
