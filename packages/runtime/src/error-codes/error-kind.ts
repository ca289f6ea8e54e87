/** What a code means to HTTP callers, to retry loops and to the person who reads it. */
export interface ErrorKind {
  /** HTTP status that carries it. */
  readonly status: number;
  /** True when the same call may succeed later without anybody mending anything. */
  readonly retryable: boolean;
  /** Process exit code when a command ends with it; 1 where none is named. */
  readonly exit?: number;
  readonly likely: string;
  readonly action: string;
}
