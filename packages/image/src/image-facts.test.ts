import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { inventorySchema } from "@tidewaiter/inventory";
import { buildImage } from "../../../test/support/built-image.ts";
import { buildZip } from "../../../test/support/zip-archive.ts";
import { readImageConfig } from "./image-config.ts";
import { analyseImage } from "./index.ts";

function digest(algorithm: string, bytes: Buffer): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

describe("facts for the vendor's service", () => {
  it("are the digests of Node's and Java's programs and of Java archives, as upper layers leave them", async () => {
    const [node, java] = [Buffer.alloc(300_000, "\x7fELF node"), Buffer.alloc(100, "\x7fELF java")];
    const jar = buildZip({ "a.class": "x" });
    const image = await buildImage([
      { "usr/bin/node": node, "opt/java": java, "srv/a.jar": jar, "srv/hidden.jar": jar, "bin/node": "#!/bin/sh\n" },
      { "srv/.wh.hidden.jar": "" },
    ]);

    const inventory = await analyseImage(image, { limits: { fileBytes: 1_000, programBytes: 1_000 } });

    assert.deepEqual(inventory.fileDigests, [
      { path: "opt/java", digest: digest("sha256", java) },
      { path: "srv/a.jar", digest: digest("sha1", jar) },
      { path: "usr/bin/node", digest: digest("sha256", node) },
    ]);
    assert.ok(inventorySchema.safeParse(inventory).success);
  });

  it("are the config's settings, without what its names call secret", async () => {
    const config = {
      Env: ["PATH=/bin", "DB_PASSWORD=hunter2", "URL=https://me:hunter2@host/x", "EMPTY"],
      Volumes: { "/data": {} },
      WorkingDir: "/srv",
      StopSignal: "SIGINT",
    };
    const history = [{ created_by: "RUN x", author: "me", comment: "why" }];
    const image = { ...(await buildImage([])), config: Buffer.from(JSON.stringify({ config, history })) };

    const { facts } = readImageConfig(image);

    assert.deepEqual(
      [facts.environment, facts.volumes, facts.workingFolder, facts.stopSignal],
      [["PATH=/bin", "DB_PASSWORD=[redacted]", "URL=https://[redacted]@host/x", "EMPTY"], ["/data"], "/srv", "SIGINT"],
    );
    assert.deepEqual(facts.history, [{ createdBy: "RUN x", author: "me", comment: "why", isEmpty: false }]);
  });
});
