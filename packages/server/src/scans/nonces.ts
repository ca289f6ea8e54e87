import { createHmac } from "node:crypto";
import { isSameHash, newSecretText } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { fromJson, toJson } from "../store/values.ts";

/** Proves that a result belongs to a scan that this server asked for. Used up when the scan ends. */
export interface Nonces {
  of(scanId: string): string;
  isRight(scanId: string, nonce: string): boolean;
}

const KEY_NAME = "nonce-key";

/** Nonces are computed from a key in the store, so that none has to be stored and a restart loses none. */
export async function createNonces(db: Db): Promise<Nonces> {
  await db
    .insertInto("settings")
    .values({ key: KEY_NAME, value: toJson(newSecretText()) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db.selectFrom("settings").select("value").where("key", "=", KEY_NAME).executeTakeFirstOrThrow();
  const key = fromJson<string>(row.value);
  const of = (scanId: string): string => createHmac("sha256", key).update(scanId).digest("base64url");
  return { of, isRight: (scanId, nonce) => isSameHash(of(scanId), nonce) };
}
