import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { collectSettings } from "./config-sources.ts";

const PASSWORD_OF_ENV = ["$", "{PASSWORD}"].join("");

function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), "tidewaiter-config-"));
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
  }
  return folder;
}

describe("sources of settings", () => {
  it("stand above each other: files, prefixed variables, command line, environment", () => {
    const all = { CR_TYPE: "d", CR_BASE: "d", CR_USERNAME: "d", ACCEPT: "d", MAX_RETRY: 1, CR_REGION: "d" };
    const folder = folderWith({
      "config.default.json": all,
      "config.local.json": { crBase: "l", crUsername: "l", accept: "l", MAX_RETRY: "2", crRegion: "l" },
      "config.secret.json": { CR_USERNAME: "s", ACCEPT: "s", MAX_RETRY: "3", CR_REGION: "s" },
    });
    const env = { SNYK_ACCEPT: "p", SNYK_MAX_RETRY: "4", SNYK_CR_REGION: "p", CR_REGION: "e", OTHER: "kept" };

    const collected = collectSettings({ env, args: ["client", "--max-retry", "5", "--crRegion=a"], folder });

    const { CR_TYPE, CR_BASE, CR_USERNAME, ACCEPT, MAX_RETRY, CR_REGION, OTHER } = collected;
    assert.deepEqual([CR_TYPE, CR_BASE, CR_USERNAME, ACCEPT], ["d", "l", "s", "p"]);
    assert.deepEqual([MAX_RETRY, CR_REGION, OTHER], ["5", "e", "kept"]);
  });

  it("take the port from the command line, in both forms, and not from the agent's variable", () => {
    const folder = folderWith({});
    const portOf = (...args: string[]) => collectSettings({ env: { SNYK_PORT: "17500" }, args, folder }).PORT;

    assert.deepEqual(
      [portOf("--port", "8000"), portOf("--port=8001"), portOf("--port", "--x"), portOf()],
      ["8000", "8001", undefined, undefined],
    );
  });

  it("name another file by SERVICE_ENV, join pools, fill in variables, and leave out what is nested", () => {
    const folder = folderWith({
      "config.prod.json": {
        CR_PASSWORD: PASSWORD_OF_ENV,
        BROKER_CLIENT_VALIDATION_BASIC_AUTH_POOL: ["a:b", "c:d"],
        CONNECTIONS_MANAGER: { watcher: 1 },
        HOST_OF_A_RULE: "h",
        CR_BASE: null,
      },
    });

    const collected = collectSettings({ env: { SERVICE_ENV: "prod", PASSWORD: "x" }, args: [], folder });

    assert.deepEqual(collected, {
      SERVICE_ENV: "prod",
      PASSWORD: "x",
      CR_PASSWORD: "x",
      HOST_OF_A_RULE: "h",
      BROKER_CLIENT_VALIDATION_BASIC_AUTH_POOL: "a:b,c:d",
    });
  });

  it("give way to a variable that names a file", () => {
    const folder = folderWith({ "config.local.json": { CR_PASSWORD: "file" } });

    const collected = collectSettings({ env: { CR_PASSWORD_FILE: "/run/secret" }, args: [], folder });

    assert.equal(collected.CR_PASSWORD, undefined);
  });

  for (const [what, content, reason] of [
    ["is no JSON", '{"CR_PASSWORD":"hunter2",', /config\.local\.json: is no JSON object/],
    ["is no object", "[1]", /config\.local\.json: is no JSON object/],
    ["names an unset variable", { CR_PASSWORD: PASSWORD_OF_ENV }, /CR_PASSWORD: names the variable PASSWORD/],
  ] as const) {
    it(`are refused when a file ${what}, without showing any of it`, () => {
      const folder = folderWith({ "config.local.json": content });

      assert.throws(
        () => collectSettings({ env: {}, args: [], folder }),
        (error: Error & { code?: string }) =>
          error.code === "CONFIG_INVALID" && reason.test(error.message) && !error.message.includes("hunter2"),
      );
    });
  }
});
