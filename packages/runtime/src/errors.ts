import { type ErrorCode, errorKind } from "./error-codes.ts";

export interface BrokerErrorOptions {
  /** What went wrong underneath; stays in the log. */
  readonly cause?: unknown;
  /** Replaces the table's likely cause where this case knows better. */
  readonly likely?: string;
  /** Replaces the table's advice where this case knows better. */
  readonly action?: string;
  /** When the other side named a time: how long to wait before the next try. */
  readonly retryAfterMs?: number;
  /** Faults one by one, for input and configuration errors. Holds no values. */
  readonly details?: readonly { readonly path: string; readonly reason: string }[];
}

/** What callers see of an error. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly likely: string;
  readonly action: string;
  readonly details?: readonly { readonly path: string; readonly reason: string }[];
}

/** An error with a stable code. Callers branch on `code`, never on the message. */
export class BrokerError extends Error {
  readonly code: ErrorCode;
  readonly likely: string;
  readonly action: string;
  readonly retryAfterMs: number | undefined;
  readonly details: BrokerErrorOptions["details"];

  /** `message` reaches the caller, so it names things and holds no secret; `cause` stays in the log. */
  constructor(code: ErrorCode, message: string, options: BrokerErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.likely = options.likely ?? errorKind(code).likely;
    this.action = options.action ?? errorKind(code).action;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }

  get status(): number {
    return errorKind(this.code).status;
  }

  get isRetryable(): boolean {
    return errorKind(this.code).retryable;
  }

  get exitCode(): number {
    return errorKind(this.code).exit ?? 1;
  }

  toProblem(): Problem {
    const { code, message, likely, action, details } = this;
    return { code, message, likely, action, ...(details && { details }) };
  }
}

/** Any thrown value as a BrokerError: aborts become CANCELLED or TIMEOUT, the unknown becomes INTERNAL and keeps its cause. */
export function toBrokerError(error: unknown): BrokerError {
  if (error instanceof BrokerError) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError") return new BrokerError("TIMEOUT", "the time limit was reached", { cause: error });
  if (name === "AbortError") return new BrokerError("CANCELLED", "the work was stopped", { cause: error });
  if (systemCode(error) === "ENOSPC")
    return new BrokerError("DISK_FULL", "no space left on the disk", { cause: error });
  return new BrokerError("INTERNAL", "internal error", { cause: error });
}

/** The `code` of a Node or library error (`ECONNREFUSED` ...), looked for along the chain of causes. */
export function systemCode(error: unknown): string | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth += 1) {
    if ("code" in current && typeof current.code === "string") return current.code;
    if (current instanceof AggregateError) return systemCode(current.errors[0]);
  }
  return undefined;
}

/** One line for people: code, fact, likely cause, what to do (design, promise 5). */
export function formatProblem({ code, message, likely, action }: Problem): string {
  return `${code}  ${message}. Likely: ${likely}. Do: ${action}.`;
}
