import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BrokerError, configInvalid, type Secret, systemCode } from "@tidewaiter/runtime";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what must not lie readable on the disk: AES-256-GCM, bound to the row that it belongs to. */
export interface Vault {
  seal(text: string, owner: string): Uint8Array;
  /** @throws {BrokerError} CONFIG_INVALID when the key is another one, or the bytes were moved or changed. */
  open(sealed: Uint8Array, owner: string): string;
}

export function createVault(key: Uint8Array): Vault {
  return {
    seal(text, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(owner));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, owner) {
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES));
        decipher.setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const body = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
        return Buffer.concat([body, decipher.final()]).toString("utf8");
      } catch (error) {
        throw new BrokerError("CONFIG_INVALID", "stored credentials cannot be decrypted", {
          cause: error,
          likely: "the encryption key was changed while jobs were waiting",
          action: "set TIDEWAITER_ENCRYPTION_KEY back, or start the scans again",
        });
      }
    },
  };
}

/**
 * The key of the setting, else that of a file in the data folder, which is made at the first start.
 *
 * @throws {BrokerError} CONFIG_INVALID for a key of another length, or a key file that others may read.
 */
export function loadVaultKey(setting: Secret | undefined, dataFolder: string): Uint8Array {
  if (setting) return parseKey(setting.reveal());
  const path = join(dataFolder, "agent.key");
  try {
    return readKey(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  writeFileSync(path, randomBytes(KEY_BYTES).toString("base64"), { mode: 0o600, flag: "wx", flush: true });
  return readKey(path);
}

function readKey(path: string): Uint8Array {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new BrokerError("CONFIG_INVALID", `${path} can be read by others`, {
      likely: "the data folder was copied without its permissions",
      action: `run chmod 600 ${path}`,
    });
  }
  return parseKey(readFileSync(path, "utf8").trim());
}

function parseKey(text: string): Uint8Array {
  const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? "hex" : "base64");
  if (key.length === KEY_BYTES) return key;
  throw configInvalid([{ path: "TIDEWAITER_ENCRYPTION_KEY", reason: "is not 32 bytes in hex or base64" }]);
}
