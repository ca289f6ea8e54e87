import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Tells ids of one millisecond apart in the order in which they were made; wraps around by itself. */
const sequence = new Uint16Array(1);

/** A new id that sorts by time: 12 hex digits of milliseconds, 4 of a sequence, then 64 random bits. */
export function newId(now: number = Date.now()): string {
  const [next = 0] = sequence;
  sequence[0] = next + 1;
  return now.toString(16).padStart(12, "0") + next.toString(16).padStart(4, "0") + randomBytes(8).toString("hex");
}

/** 256 random bits, for tokens and nonces. */
export function newSecretText(prefix = ""): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** How secrets of high entropy are stored: only their hash. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Compares without telling by time where they differ. */
export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
