import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { findProgram } from "../../../scripts/set-up.ts";
import { buildFrom } from "../images.ts";

/** Stands in for the official registry image, which cannot be pulled here: Debian's registry, anonymous, on 5000. */
export async function buildRegistry(docker: Docker, base: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "registry-image-"));
  cpSync(findProgram("docker-registry") ?? "docker-registry", join(folder, "docker-registry"));
  writeFileSync(
    join(folder, "config.yml"),
    "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /var/lib/registry\nhttp:\n  addr: :5000\n",
  );
  const command = 'CMD ["/opt/docker-registry", "serve", "/opt/config.yml"]';
  writeFileSync(join(folder, "Dockerfile"), `FROM ${base}\nCOPY docker-registry config.yml /opt/\n${command}\n`);
  return await buildFrom(docker, folder, "tidewaiter-test/registry:latest");
}

/** Stands in for the official PostgreSQL image: Debian's, with the variables and init scripts of the official one. */
export async function buildPostgres(docker: Docker, base: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "postgres-image-"));
  cpSync(join(import.meta.dirname, "postgres-entrypoint.sh"), join(folder, "entrypoint.sh"));
  const lines = [
    `FROM ${base}`,
    "RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends postgresql",
    "RUN ln -s /usr/lib/postgresql/*/bin/pg_isready /usr/local/bin/pg_isready; rm -rf /var/lib/postgresql/*",
    "RUN mkdir -p /var/lib/postgresql/data /var/run/postgresql && chown -R postgres: /var/lib/postgresql /var/run/postgresql",
    "COPY entrypoint.sh /",
    "USER postgres",
    'ENTRYPOINT ["/entrypoint.sh"]',
  ];
  writeFileSync(join(folder, "Dockerfile"), `${lines.join("\n")}\n`);
  return await buildFrom(docker, folder, "tidewaiter-test/postgres:latest");
}
