import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { nodeArgsOf } from "./node-args.ts";

const ROOT = new URL("../../../", import.meta.url);

describe("nodeArgsOf", () => {
  it("reads the options from the first line, none where there are none", () => {
    const client = nodeArgsOf(new URL("packages/client/bin/client.js", ROOT));
    const agent = nodeArgsOf(new URL("packages/agent/bin/agent.js", ROOT));

    assert.deepEqual([client, agent], [["--max-semi-space-size=2"], []]);
  });

  it("names what the images start their processes with", () => {
    const dockerfile = readFileSync(new URL("docker/Dockerfile", ROOT), "utf8");

    for (const name of ["client", "server", "agent"]) {
      const path = `packages/${name}/bin/${name}.js`;
      const command = ["node", ...nodeArgsOf(new URL(path, ROOT)), path];
      assert.ok(dockerfile.includes(`ENTRYPOINT ${JSON.stringify(command).replaceAll('","', '", "')}`), path);
    }
  });
});
