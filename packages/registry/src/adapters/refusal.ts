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

/** A listing whose refusals say what these credentials lack. */
export async function* explained<T>(pages: AsyncIterable<T>, reason: string): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    throw isRefusal(error) ? catalogUnsupported(reason, error) : error;
  }
}

/** The first list, or the second where the first is refused before it gave anything. */
export async function* orElse<T>(
  first: AsyncIterable<T>,
  second: () => AsyncIterable<T>,
  isReason: (error: unknown) => boolean = isRefusal,
): AsyncGenerator<T> {
  let hasGiven = false;
  try {
    for await (const page of first) {
      hasGiven = true;
      yield page;
    }
  } catch (error) {
    if (hasGiven || !isReason(error)) throw error;
    yield* second();
  }
}
