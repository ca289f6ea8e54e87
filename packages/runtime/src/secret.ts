import { createHash } from "node:crypto";
import { inspect } from "node:util";

/** A value that prints as `[redacted]` wherever it ends up; only `reveal()` gives it out. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Short name for logs: the same secret always has the same, and it cannot be turned back. */
  fingerprint(): string {
    return createHash("sha256").update(this.#value).digest("hex").slice(0, 12);
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [inspect.custom](): string {
    return "[redacted]";
  }
}
