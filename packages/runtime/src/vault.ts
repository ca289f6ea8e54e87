import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BrokerError, systemCode } from "./errors.ts";
import type { Secret } from "./secret.ts";
import { configInvalid } from "./settings.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what must not lie readable in a store: AES-256-GCM, bound to the row that it belongs to. */
export interface Vault {
  seal(text: string, owner: string): Buffer;
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
        throw new BrokerError("CONFIG_INVALID", "a stored secret cannot be decrypted", {
          cause: error,
          likely: "the encryption key is another one than when it was stored",
          action:
            "set the former TIDEWAITER_ENCRYPTION_KEY or key file back, or give the secret again (save the channel, start the scan)",
        });
      }
    },
  };
}

/** A key for one purpose, so that no two uses of the setting share one. */
export function deriveKey(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, new Uint8Array(0), purpose, KEY_BYTES));
}

/**
 * The key of the setting, else that of the file, which is made when it is missing.
 *
 * @throws {BrokerError} CONFIG_INVALID for a key of another length, or a key file that others may read.
 */
export function loadVaultKey(setting: Secret | undefined, path: string): Buffer {
  if (setting) return parseKey(setting.reveal());
  try {
    return readKey(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, randomBytes(KEY_BYTES).toString("base64"), { mode: 0o600, flag: "wx", flush: true });
  return readKey(path);
}

function readKey(path: string): Buffer {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new BrokerError("CONFIG_INVALID", `${path} can be read by others`, {
      likely: "the data folder was copied without its permissions",
      action: `run chmod 600 ${path}`,
    });
  }
  return parseKey(readFileSync(path, "utf8").trim());
}

function parseKey(text: string): Buffer {
  const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? "hex" : "base64");
  if (key.length === KEY_BYTES) return key;
  throw configInvalid([{ path: "TIDEWAITER_ENCRYPTION_KEY", reason: "is not 32 bytes in hex or base64" }]);
}
