import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Secret } from "@tidewaiter/runtime";
import { createVault, loadVaultKey } from "./vault.ts";

const folder = mkdtempSync(join(tmpdir(), "tidewaiter-vault-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("the vault", () => {
  it("gives back what it sealed, and seals the same text differently each time", () => {
    const vault = createVault(randomBytes(32));

    const [one, two] = [vault.seal("pass word", "a"), vault.seal("pass word", "a")];

    assert.equal(vault.open(one, "a"), "pass word");
    assert.notDeepEqual(one, two);
    assert.equal(Buffer.from(one).includes("pass word"), false);
  });

  it("opens nothing with another key, for another owner, or after a change", () => {
    const vault = createVault(randomBytes(32));
    const sealed = vault.seal("text", "a");
    const changed = Uint8Array.from(sealed, (byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte));

    for (const attempt of [
      () => createVault(randomBytes(32)).open(sealed, "a"),
      () => vault.open(sealed, "b"),
      () => vault.open(changed, "a"),
      () => vault.open(new Uint8Array(), "a"),
    ]) {
      assert.throws(attempt, { code: "CONFIG_INVALID" });
    }
  });

  it("makes a key file that only its owner may read, and uses it again", () => {
    const key = loadVaultKey(undefined, folder);

    assert.equal(key.length, 32);
    assert.equal(statSync(join(folder, "agent.key")).mode & 0o777, 0o600);
    assert.deepEqual(loadVaultKey(undefined, folder), key);
  });

  it("refuses a key file that others may read, and a setting of another length", () => {
    loadVaultKey(undefined, folder);
    chmodSync(join(folder, "agent.key"), 0o644);

    assert.throws(() => loadVaultKey(undefined, folder), { code: "CONFIG_INVALID" });
    assert.throws(() => loadVaultKey(new Secret("short"), folder), { code: "CONFIG_INVALID" });
  });
});
