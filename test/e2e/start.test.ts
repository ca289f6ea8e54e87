import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { isAlive, runStart } from "../support/run-start.ts";

interface Document {
  readonly images: readonly {
    readonly reference: string;
    readonly digest: string;
    readonly state: string;
    readonly packages: readonly { readonly name: string }[];
    readonly findings: readonly { readonly id: string; readonly package: { readonly name: string } }[];
  }[];
}

describe("tidewaiter start", { timeout: 180_000 }, () => {
  it("scans the sample images through the tunnel and prints one document with packages and findings", async () => {
    const run = await runStart(["--exit", "--json"]);

    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stderr);
    const { images } = JSON.parse(stdout) as Document;
    assert.deepEqual(
      images.map(({ reference }) => reference),
      ["base/debian-slim:12", "shop/api:1.4", "shop/web:2025-10"],
    );
    for (const image of images) {
      assert.equal(image.state, "Complete");
      assert.match(image.digest, /^sha256:[0-9a-f]{64}$/);
      assert.ok(image.packages.length > 10 && image.findings.length > 0, image.reference);
    }
    assert.equal(images[0]?.packages.length, 88);
    assert.ok(images[1]?.findings.some((finding) => finding.package.name === "lodash"));
  });

  it("prints a table, says where the console is, stays up and ends with everything it started on Ctrl-C", async () => {
    const run = await runStart([]);
    await run.saw(/^IMAGE +PACKAGES +CRITICAL.*\n.*base\/debian-slim:12 +88/m);
    await run.saw(/^Console {2}http:\/\/127\.0\.0\.1:\d+/m);
    const pids = Object.values(await run.processes());
    assert.equal(pids.length, 4);

    run.child.kill("SIGINT");

    const { code } = await run.ended;
    assert.equal(code, 0);
    assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, false, false, false]);
  });

  for (const victim of ["sample-registry", "server", "agent", "client"]) {
    it(`says that the ${victim} ended when it is killed, ends with an error and leaves no process behind`, async () => {
      const run = await runStart([]);
      await run.saw(/^Console /m);
      const processes = await run.processes();

      process.kill(processes[victim] ?? Number.NaN, "SIGKILL");

      const { code, stderr } = await run.ended;
      assert.notEqual(code, 0);
      assert.match(stderr, new RegExp(`UNAVAILABLE {2}the ${victim.replace("sample-", "")} ended \\(SIGKILL\\).*Do: `));
      assert.deepEqual(await Promise.all(Object.values(processes).map(isAlive)), [false, false, false, false]);
    });
  }

  it("leaves no process behind when it is killed itself", async () => {
    const run = await runStart([]);
    await run.saw(/^Console /m);
    const pids = Object.values(await run.processes());

    run.child.kill("SIGKILL");

    await run.ended;
    for (let tries = 0; tries < 200 && (await Promise.all(pids.map(isAlive))).includes(true); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, false, false, false]);
  });

  it("scans everything again on the data of a run that was killed in the middle of its scans", async () => {
    const killed = await runStart([]);
    await killed.saw(/^systemcheck /m);
    for (const pid of Object.values(await killed.processes())) process.kill(pid, "SIGKILL");
    await killed.ended;

    const run = await runStart(["--exit", "--json"], { TIDEWAITER_DATA_DIR: killed.dataFolder });

    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      (JSON.parse(stdout) as Document).images.map(({ reference, state }) => `${reference} ${state}`),
      ["base/debian-slim:12 Complete", "shop/api:1.4 Complete", "shop/web:2025-10 Complete"],
    );
  });

  it("names a port that is taken, and the variable or option that chooses another", async () => {
    const blocker = createServer();
    const port = await new Promise<number>((resolve) => {
      blocker.listen(0, "127.0.0.1", () => resolve((blocker.address() as { port: number }).port));
    });
    const run = await runStart(["--exit", "--ports", `${port + 1},${port},${port + 2},${port + 3}`]);

    const { code, stderr } = await run.ended;
    blocker.close();
    assert.equal(code, 69);
    assert.match(stderr, new RegExp(`PORT_IN_USE {2}.*port ${port} .*Do: `));
  });

  it("names an image that the registry does not have", async () => {
    const run = await runStart(["--exit", "--image", "shop/api:9.9"]);

    const { code, stderr } = await run.ended;
    assert.equal(code, 1);
    assert.match(stderr, /MANIFEST_UNKNOWN {2}shop\/api:9\.9: .*Likely: .*Do: /);
  });

  it("refuses an image name that breaks the grammar before it starts anything", async () => {
    const run = await runStart(["--exit", "--image", "Shop/API"]);

    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 2);
    assert.match(stderr, /REFERENCE_INVALID/);
    assert.equal(stdout, "");
  });

  it("says that nothing answers at the registry's address", async () => {
    const run = await runStart(["--exit"], {
      CR_TYPE: "oci",
      CR_BASE: "127.0.0.1:9",
      TIDEWAITER_CR_PLAIN_HTTP: "true",
    });

    const { code, stderr } = await run.ended;
    assert.equal(code, 69);
    assert.match(stderr, /REGISTRY_UNREACHABLE {2}systemcheck, tcp: .*Do: /);
  });
});
