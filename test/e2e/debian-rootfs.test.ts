import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { buildImage, layerFromTar } from "@tidewaiter/sample-registry";
import { debianRootfs, dpkgQuery } from "../support/debian-rootfs.ts";
import { type DockerRegistry, startDockerRegistry } from "../support/docker-registry.ts";
import { writeOciLayout } from "../support/oci-layout.ts";
import { missing, withoutRoot } from "../support/requirements.ts";
import { runStart } from "../support/run-start.ts";

const skip = withoutRoot() || missing("debootstrap", "docker-registry", "skopeo", "htpasswd");
const ACCOUNT = { name: "scanner", password: 'p"ss\\word, with:signs' };

describe("a Debian root file system in a real registry with accounts", { skip, timeout: 900_000 }, () => {
  let registry: DockerRegistry;
  let rootfs: string;

  before(async () => {
    rootfs = await debianRootfs();
    registry = await startDockerRegistry(ACCOUNT);
    push(rootfs, registry.address);
  });
  after(() => registry?.stop());

  const env = (password: string) => ({
    CR_TYPE: "oci",
    CR_BASE: registry.address,
    CR_USERNAME: ACCOUNT.name,
    CR_PASSWORD: password,
    TIDEWAITER_CR_PLAIN_HTTP: "true",
  });

  it("is scanned through the chain to exactly the packages that dpkg-query lists", async () => {
    const run = await runStart(["--exit", "--json"], env(ACCOUNT.password));

    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stderr);
    const { images } = JSON.parse(stdout) as { images: { reference: string; packages: Record<string, string>[] }[] };
    const packages = images[0]?.packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`);
    assert.equal(images[0]?.reference, "base/bookworm:latest");
    assert.deepEqual(packages?.sort(), dpkgQuery(rootfs));
  });

  it("is not scanned with a wrong password, and the message names the step, the cause and the variables", async () => {
    const run = await runStart(["--exit"], env("wrong-password-canary"));

    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 1);
    assert.match(stderr, /REGISTRY_UNAUTHORIZED {2}systemcheck, auth: .*Likely: .*Do: .*CR_PASSWORD/);
    assert.doesNotMatch(stdout + stderr, /wrong-password-canary/);
  });
});

function push(rootfs: string, address: string): void {
  const tar = execFileSync(
    "tar",
    ["-C", rootfs, "--exclude=./proc/*", "--exclude=./sys/*", "--exclude=./dev/*", "-cf", "-", "."],
    {
      maxBuffer: 2 ** 31,
    },
  );
  const layout = mkdtempSync(join(tmpdir(), "rootfs-layout-"));
  writeOciLayout(layout, buildImage([layerFromTar(tar)]), "latest");
  execFileSync("skopeo", [
    "copy",
    "--quiet",
    "--insecure-policy",
    "--dest-tls-verify=false",
    `--dest-creds=${ACCOUNT.name}:${ACCOUNT.password}`,
    `oci:${layout}:latest`,
    `docker://${address}/base/bookworm:latest`,
  ]);
}
