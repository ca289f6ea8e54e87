import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "./run-command.ts";

/** Programs that suites need beyond npm, and the Debian package that brings each. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  "docker-registry": "docker-registry",
  skopeo: "skopeo",
  debootstrap: "debootstrap",
  chromium: "chromium",
  htpasswd: "apache2-utils",
  curl: "curl",
  ip: "iproute2",
};

/** Where a program is, or undefined. Debian keeps some of them outside a user's path. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** As root on Debian installs what is missing; otherwise names it. */
export async function setUp(): Promise<void> {
  const missing = Object.entries(PROGRAMS).filter(([program]) => !findProgram(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !existsSync("/etc/debian_version")) {
    process.stdout.write(`Missing for some suites, which will be skipped: ${packages.join(", ")} (Debian packages)\n`);
    return;
  }
  process.stdout.write(`Installing for the tests: ${packages.join(", ")}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await runCommand("apt-get", ["-qq", "update"], env);
  await runCommand("apt-get", ["-qq", "-y", "install", "--no-install-recommends", ...packages], env);
}
