import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";

const REFUSALS: readonly ErrorCode[] = ["REGISTRY_UNAUTHORIZED", "REGISTRY_FORBIDDEN", "NOT_FOUND"];

/** True when a vendor's API does not serve these credentials: another way may. */
export function isRefusal(error: unknown): boolean {
  return error instanceof BrokerError && REFUSALS.includes(error.code);
}

/** The error of a listing that these credentials cannot have. */
export function catalogUnsupported(reason: string, cause?: unknown): BrokerError {
  const detail = cause instanceof BrokerError ? ` (${cause.message})` : "";
  return new BrokerError("CATALOG_UNSUPPORTED", `repositories cannot be listed: ${reason}${detail}`, { cause });
}
