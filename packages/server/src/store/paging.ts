import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";

/** A page of `limit` rows; `rows` holds one more when there is a next page. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string;
}

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

const keySchema = z.array(z.union([z.string(), z.number(), z.null()])).max(8);
export type CursorKey = z.output<typeof keySchema>;

export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** @throws {BrokerError} INPUT_INVALID for a cursor that was not given out by this list. */
export function decodeCursor(cursor: string | undefined, length: number): CursorKey | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key = keySchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    if (key.length === length) return key;
  } catch {
    // Told below: whatever the fault, the answer is the same.
  }
  throw new BrokerError("INPUT_INVALID", "cursor: not one that this list gave out", {
    details: [{ path: "cursor", reason: "not one that this list gave out" }],
  });
}

/** Cuts the extra row off and makes the cursor of the last one kept. */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => CursorKey,
  view: (row: R) => T,
): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : undefined;
  return { items: kept.map(view), ...(nextCursor && { nextCursor }) };
}

/** Pages through a list that is in memory already; the cursor is a position. */
export function sliceList<T>(list: readonly T[], { limit, cursor }: PageQuery): Page<T> {
  const start = Number(decodeCursor(cursor, 1)?.[0] ?? 0);
  const end = start + limit;
  return { items: list.slice(start, end), ...(end < list.length && { nextCursor: encodeCursor([end]) }) };
}
