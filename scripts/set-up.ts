import { existsSync, globSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runCommand } from "./run-command.ts";

interface Requirement {
  /** Debian package that brings it. */
  readonly package: string;
  /** Pattern of a file that shows it is there, for what is no program on the path. */
  readonly file?: string;
}

/** What suites need beyond npm: programs by name, and what else is told by a file. */
export const REQUIREMENTS: Readonly<Record<string, Requirement>> = {
  "docker-registry": { package: "docker-registry" },
  skopeo: { package: "skopeo" },
  debootstrap: { package: "debootstrap" },
  chromium: { package: "chromium" },
  htpasswd: { package: "apache2-utils" },
  curl: { package: "curl" },
  ip: { package: "iproute2" },
  mount: { package: "mount" },
  openssl: { package: "openssl" },
  umoci: { package: "umoci" },
  postgresql: { package: "postgresql", file: "/usr/lib/postgresql/*/bin/initdb" },
  dockerd: { package: "docker.io" },
  "docker-compose": { package: "docker-compose" },
  tinyproxy: { package: "tinyproxy-bin" },
  nginx: { package: "nginx" },
  kubectl: { package: "kubernetes-client" },
  rpm: { package: "rpm" },
  rpmbuild: { package: "rpm" },
  "db5.3_load": { package: "db5.3-util" },
  ruby: { package: "ruby" },
  gem: { package: "ruby" },
  php: { package: "php-cli" },
  composer: { package: "composer" },
  "python3-packaging": { package: "python3-packaging", file: "/usr/lib/python3/dist-packages/packaging/version.py" },
  go: { package: "golang-go" },
  java: { package: "default-jdk-headless" },
  jar: { package: "default-jdk-headless" },
  mvn: { package: "maven" },
};

/** Where a program is, or undefined. Debian keeps some of them outside a user's path. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** True when a program, or another requirement of the table, is there. */
export function isInstalled(name: string): boolean {
  const pattern = REQUIREMENTS[name]?.file;
  return pattern ? globSync(pattern).length > 0 : findProgram(name) !== undefined;
}

/** As root on Debian installs what is missing; otherwise names it. */
export async function setUp(): Promise<void> {
  const missing = Object.entries(REQUIREMENTS).filter(([name]) => !isInstalled(name));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, requirement]) => requirement.package))];
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
