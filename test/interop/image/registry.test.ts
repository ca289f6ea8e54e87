import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import type { Inventory } from "@tidewaiter/inventory";
import { debianRootfs, dpkgQuery } from "../../support/debian-rootfs.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { missing, withoutRoot } from "../../support/requirements.ts";

const ACCOUNT = { name: "reader", password: "s3cret pass" };
const BIN = new URL("../../../packages/cli/bin/tidewaiter.js", import.meta.url).pathname;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function tidewaiter(args: readonly string[], input: string): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...args]);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
}

const skip = missing("docker-registry", "skopeo", "debootstrap", "htpasswd", "umoci") || withoutRoot();

describe("tidewaiter scan of a Debian system in a real registry", { skip }, () => {
  let registry: DockerRegistry;
  let rootfs = "";
  let folder = "";
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "scan-registry-"));
    rootfs = await debianRootfs();
    registry = await startDockerRegistry(ACCOUNT);
    const layout = join(folder, "layout");
    execFileSync("umoci", ["init", "--layout", layout]);
    execFileSync("umoci", ["new", "--image", `${layout}:1`]);
    execFileSync("umoci", ["insert", "--image", `${layout}:1`, rootfs, "/"], { stdio: "pipe" });
    const credentials = `--dest-creds=${ACCOUNT.name}:${ACCOUNT.password}`;
    execFileSync(
      "skopeo",
      ["copy", "--dest-tls-verify=false", credentials, `oci:${layout}:1`, `docker://${registry.address}/base/debian:1`],
      { stdio: "pipe" },
    );
    execFileSync("skopeo", ["copy", `oci:${layout}:1`, `docker-archive:${folder}/saved.tar:base/debian:1`], {
      stdio: "pipe",
    });
    execFileSync("skopeo", ["copy", `oci:${layout}:1`, `oci-archive:${folder}/oci.tar:1`], { stdio: "pipe" });
  });
  after(async () => {
    await registry?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function debianRows(stdout: string): string[] {
    const { packages }: Inventory = JSON.parse(stdout);
    return packages
      .filter(({ type }) => type === "deb")
      .map(({ name, version, architecture }) => `${name} ${version} ${architecture}`)
      .sort();
  }

  it("lists exactly what dpkg-query lists, pulled with a password and from both kinds of archive", async () => {
    const reference = `${registry.address}/base/debian:1`;
    const pull = await tidewaiter(
      ["scan", reference, "--plain-http", "--username", ACCOUNT.name, "--password-stdin", "--format", "json"],
      `${ACCOUNT.password}\n`,
    );
    const saved = await tidewaiter(["scan", `docker-archive:${folder}/saved.tar`, "--format", "json"], "");
    const layout = await tidewaiter(
      ["scan", `oci-archive:${folder}/oci.tar`, "--format", "json", "--output", `${folder}/out.json`],
      "",
    );

    const expected = dpkgQuery(rootfs);
    assert.deepEqual(debianRows(pull.stdout), expected, pull.stderr);
    assert.deepEqual(debianRows(saved.stdout), expected, saved.stderr);
    assert.equal(layout.stdout, "");
    assert.deepEqual(debianRows(readFileSync(`${folder}/out.json`, "utf8")), expected, layout.stderr);
  });

  it("says in one line what is wrong, with the exit code of its kind and no password", async () => {
    const { address } = registry;
    const login = ["--plain-http", "--username", ACCOUNT.name, "--password-stdin"];
    const wrong = await tidewaiter(["scan", `${address}/base/debian:1`, ...login], "wrong-pass-word");
    const unknown = await tidewaiter(["scan", `${address}/base/debian:none`, ...login], ACCOUNT.password);

    assert.match(wrong.stderr, /^REGISTRY_UNAUTHORIZED /m);
    assert.match(unknown.stderr, /^MANIFEST_UNKNOWN /m);
    assert.ok([wrong, unknown].every(({ code }) => code === 1));
    assert.ok(
      ![wrong, unknown].some(({ stderr }) => stderr.includes("wrong-pass-word") || stderr.includes(ACCOUNT.password)),
    );
  });
});
