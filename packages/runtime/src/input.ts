import type { z } from "zod";
import { BrokerError } from "./errors.ts";

/**
 * A value from outside as the schema's type.
 *
 * @throws {BrokerError} INPUT_INVALID with every fault by path; values are not repeated.
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, what = "input"): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues
    .slice(0, 50)
    .map(({ path, message }) => ({ path: path.join("."), reason: message }));
  const text = details.map(({ path, reason }) => (path ? `${path}: ${reason}` : reason)).join("; ");
  throw new BrokerError("INPUT_INVALID", `${what}: ${text}`, { details });
}
