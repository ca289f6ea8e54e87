import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { BrokerError } from "@tidewaiter/runtime";

/** @throws {BrokerError} CONFIG_INVALID for anything but an Ed25519 private key in PEM. */
export function readSigningKey(pem: string): KeyObject {
  return requireEd25519("TIDEWAITER_ADVISORY_SIGNING_KEY", () => createPrivateKey(normalise(pem)));
}

/** @throws {BrokerError} CONFIG_INVALID for anything but an Ed25519 public key in PEM. */
export function readPublicKey(pem: string): KeyObject {
  return requireEd25519("TIDEWAITER_ADVISORY_PUBLIC_KEY", () => createPublicKey(normalise(pem)));
}

/** Variables often carry line ends as two characters. */
function normalise(pem: string): string {
  return pem.replaceAll("\\n", "\n");
}

function requireEd25519(name: string, read: () => KeyObject): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (error) {
    throw new BrokerError("CONFIG_INVALID", `${name}: is no key in PEM`, { cause: error });
  }
  throw new BrokerError("CONFIG_INVALID", `${name}: is no Ed25519 key`, {
    action: "make one with: openssl genpkey -algorithm ed25519",
  });
}
