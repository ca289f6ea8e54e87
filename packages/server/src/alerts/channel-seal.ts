import type { Vault } from "@tidewaiter/runtime";
import type { Tables } from "../store/tables.ts";

type Channel = Tables["channels"];

/** Stands before what is sealed; no address begins so. */
export const SEALED = "sealed:";

/** The address of a webhook is often its secret, so both lie sealed in the store. */
export function createChannelSeal(vault: Vault) {
  const ownerOf = (row: Channel, column: "url" | "secret"): string => `channel ${row.id} ${column}`;
  const seal = (row: Channel, column: "url" | "secret", text: string): string =>
    SEALED + vault.seal(text, ownerOf(row, column)).toString("base64");
  const open = (row: Channel, column: "url" | "secret", text: string): string =>
    text.startsWith(SEALED) ? vault.open(Buffer.from(text.slice(SEALED.length), "base64"), ownerOf(row, column)) : text;
  return {
    /** The row as it is stored. */
    seal: (row: Channel): Channel => ({
      ...row,
      url: seal(row, "url", row.url),
      secret: row.secret === null ? null : seal(row, "secret", row.secret),
    }),
    /** @throws {BrokerError} CONFIG_INVALID when the key is another one than when it was sealed. */
    open: (row: Channel): Channel => ({
      ...row,
      url: open(row, "url", row.url),
      secret: row.secret === null ? null : open(row, "secret", row.secret),
    }),
  };
}
