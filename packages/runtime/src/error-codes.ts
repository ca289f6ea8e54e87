import { ADVISORIES } from "./error-codes/advisories.ts";
import type { ErrorKind } from "./error-codes/error-kind.ts";
import { GENERAL } from "./error-codes/general.ts";
import { IMAGE } from "./error-codes/image.ts";
import { REGISTRY } from "./error-codes/registry.ts";
import { SCAN } from "./error-codes/scan.ts";
import { TUNNEL } from "./error-codes/tunnel.ts";

/** Every error code of the product: one table, so that callers, docs and metrics agree. */
export const ERROR_CODES = { ...GENERAL, ...TUNNEL, ...REGISTRY, ...IMAGE, ...SCAN, ...ADVISORIES } as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The table's entry as its general shape. */
export function errorKind(code: ErrorCode): ErrorKind {
  return ERROR_CODES[code];
}

/** Narrows text from outside, such as a callback's body, to a code of the table. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}
