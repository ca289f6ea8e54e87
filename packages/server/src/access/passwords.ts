import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { createLimiter, type Limiter } from "@tidewaiter/runtime";

/** Cost of a new hash: 32 MB and some 80 ms of one core. Kept in the hash, so that it can be raised later. */
const COST = { N: 32_768, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

/** scrypt hashes of passwords. At most two are computed at once: each takes 32 MB. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long for a user that does not exist (`undefined`) as for a wrong password. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

export function createPasswords(limiter: Limiter = createLimiter(2)): Passwords {
  const nobody = format(COST, randomBytes(16), randomBytes(KEY_BYTES));
  return {
    hash: (password) =>
      limiter.run(async () => {
        const salt = randomBytes(16);
        return format(COST, salt, await derive(password, salt, COST));
      }),
    verify: (password, hash = nobody) =>
      limiter.run(async () => {
        const parts = parse(hash);
        if (!parts) return false;
        const key = await derive(password, parts.salt, parts.cost);
        return key.length === parts.key.length && timingSafeEqual(key, parts.key);
      }),
  };
}

type Cost = { readonly N: number; readonly r: number; readonly p: number };

function derive(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, key: Buffer): void => (error ? reject(error) : resolve(key));
    scrypt(password.normalize("NFC"), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, done);
  });
}

function format({ N, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return ["scrypt", N, r, p, salt.toString("base64"), key.toString("base64")].join("$");
}

function parse(hash: string): { cost: Cost; salt: Buffer; key: Buffer } | undefined {
  const [kind, N, r, p, salt, key] = hash.split("$");
  if (kind !== "scrypt" || !salt || !key) return undefined;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64") };
}
