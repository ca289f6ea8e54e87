import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { z } from "zod";
import { BrokerError } from "./errors.ts";
import { Secret } from "./secret.ts";
import {
  countSetting,
  describeSettings,
  flagSetting,
  listSetting,
  loadSettings,
  secretSetting,
  secretsOf,
} from "./settings.ts";

const schema = z.object({
  PORT: countSetting(0, 65_535).default(7341).describe("local listener"),
  SERVER_URL: z.url().describe("where the server is"),
  PASSWORD: secretSetting().optional().describe("account's password"),
  IS_ON: flagSetting().default(false),
  TOKEN: z.string().toLowerCase().pipe(secretSetting()).optional(),
  HOSTS: listSetting().default([]),
});

describe("loadSettings", () => {
  it("fills defaults, takes empty variables as unset and freezes the result", () => {
    const settings = loadSettings(schema, { SERVER_URL: "http://a", PORT: "", HOSTS: "a, b,,c", IS_ON: "Yes" });

    assert.deepEqual({ ...settings }, { PORT: 7341, SERVER_URL: "http://a", HOSTS: ["a", "b", "c"], IS_ON: true });
    assert.ok(Object.isFrozen(settings));
  });

  it("names every fault at once and repeats no value", () => {
    const load = () => loadSettings(schema, { PORT: "hunter2", IS_ON: "hunter3", PASSWORD: "a", PASSWORD_FILE: "/b" });

    assert.throws(load, (error: unknown) => {
      assert.ok(error instanceof BrokerError);
      assert.equal(error.exitCode, 78);
      assert.deepEqual(error.details?.map(({ path }) => path).sort(), ["IS_ON", "PASSWORD", "PORT", "SERVER_URL"]);
      assert.doesNotMatch(error.message, /hunter/);
      return true;
    });
  });

  it("reads a variable from the file that its twin names, without the last newline", () => {
    const path = join(mkdtempSync(join(tmpdir(), "settings-")), "password");
    writeFileSync(path, "s3cret value\n");

    const settings = loadSettings(schema, { SERVER_URL: "http://a", PASSWORD_FILE: path });

    assert.ok(settings.PASSWORD instanceof Secret);
    assert.equal(settings.PASSWORD.reveal(), "s3cret value");
    assert.deepEqual(secretsOf(settings), [settings.PASSWORD]);
  });

  it("names a file that cannot be read", () => {
    const load = () => loadSettings(schema, { SERVER_URL: "http://a", PASSWORD_FILE: "/nowhere/at/all" });

    assert.throws(load, /PASSWORD: the file named by PASSWORD_FILE cannot be read \(ENOENT\)/);
  });
});

describe("describeSettings", () => {
  it("tells what is required, what is secret and what the default is", () => {
    const rows = describeSettings(schema);
    const secrets = rows.filter(({ isSecret }) => isSecret).map(({ name }) => name);

    assert.deepEqual(rows.slice(0, 3), [
      { name: "PORT", description: "local listener", isRequired: false, isSecret: false, defaultValue: "7341" },
      {
        name: "SERVER_URL",
        description: "where the server is",
        isRequired: true,
        isSecret: false,
        defaultValue: undefined,
      },
      {
        name: "PASSWORD",
        description: "account's password",
        isRequired: false,
        isSecret: true,
        defaultValue: undefined,
      },
    ]);
    assert.deepEqual(secrets, ["PASSWORD", "TOKEN"]);
  });
});
