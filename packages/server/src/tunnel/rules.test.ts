import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { listen } from "@tidewaiter/runtime";
import { loadServerRules } from "./rules.ts";

const JSON_RULES = '{"private":[{"method":"any","path":"/*","origin":"http://api"}],"public":[]}';
const YAML_RULES = "private:\n  - method: any\n    path: /*\n    origin: http://api\npublic: []\n";

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "tidewaiter-rules-")), "accept");
  writeFileSync(path, text);
  return path;
}

describe("the server's rule file", () => {
  it("is the same from a JSON file, a YAML file and an address, and none without ACCEPT", async () => {
    const listener = await listen((_req, res) => void res.end(JSON_RULES), { port: 0, host: "127.0.0.1" });
    const sources = [fileWith(JSON_RULES), fileWith(YAML_RULES), `${listener.url}/accept.json`];

    const rules = await Promise.all(sources.map(loadServerRules));

    assert.deepEqual(
      rules.map((file) => file?.private[0]?.origin),
      ["http://api", "http://api", "http://api"],
    );
    assert.equal(await loadServerRules(undefined), undefined);
    await listener.close(0);
  });

  it("stops the start with place and reason when it holds a mistake or cannot be had", async () => {
    const listener = await listen((_req, res) => void res.writeHead(404).end(), { port: 0, host: "127.0.0.1" });
    const wrong = fileWith('{"private":[{"method":"GET"}]}');

    await assert.rejects(loadServerRules(wrong), { code: "CONFIG_INVALID", message: /private\[0\]\.path/ });
    await assert.rejects(loadServerRules("/nowhere/accept.json"), { code: "CONFIG_INVALID", message: /ENOENT/ });
    await assert.rejects(loadServerRules(listener.url), { code: "CONFIG_INVALID", message: /404/ });
    await listener.close(0);
  });
});
