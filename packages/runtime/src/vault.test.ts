import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Secret } from "./secret.ts";
import { createVault, deriveKey, loadVaultKey } from "./vault.ts";

const KEY = Buffer.alloc(32, 7);

describe("vault", () => {
  it("gives back what it sealed, for the same row only", () => {
    const vault = createVault(KEY);

    const sealed = vault.seal("hush", "channel 1");

    assert.equal(vault.open(sealed, "channel 1"), "hush");
    assert.ok(!sealed.includes("hush"));
    assert.notDeepEqual(vault.seal("hush", "channel 1"), sealed);
    const changed = Uint8Array.from(sealed, (byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte));
    for (const attempt of [
      () => vault.open(sealed, "channel 2"),
      () => vault.open(changed, "channel 1"),
      () => vault.open(new Uint8Array(), "channel 1"),
    ]) {
      assert.throws(attempt, { code: "CONFIG_INVALID" });
    }
  });

  it("says so when the key is another one", () => {
    const sealed = createVault(KEY).seal("hush", "x");

    assert.throws(() => createVault(deriveKey(KEY, "other")).open(sealed, "x"), { code: "CONFIG_INVALID" });
  });

  it("takes the key of the setting, else makes a file that nobody else reads", () => {
    const folder = mkdtempSync(join(tmpdir(), "tidewaiter-vault-"));
    const path = join(folder, "data", "server.key");

    const made = loadVaultKey(undefined, path);
    const again = loadVaultKey(undefined, path);
    const mode = statSync(path).mode & 0o777;
    chmodSync(path, 0o644);

    assert.deepEqual(again, made);
    assert.equal(mode, 0o600);
    assert.throws(() => loadVaultKey(undefined, path), { code: "CONFIG_INVALID" });
    assert.deepEqual(loadVaultKey(new Secret("07".repeat(32)), path), KEY);
    assert.throws(() => loadVaultKey(new Secret("short"), path), { message: /TIDEWAITER_ENCRYPTION_KEY/ });
    rmSync(folder, { recursive: true });
  });
});
