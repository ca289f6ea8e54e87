/** What both engines store. Whole numbers come back as numbers, bytes as Uint8Array. */
export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface Statement {
  /** SQL that SQLite and PostgreSQL both understand, parameters as `$1`, `$2` ... */
  readonly text: string;
  readonly values?: readonly SqlValue[];
  /** The whole batch is undone when this statement changes no row. */
  readonly mustChange?: boolean;
}

/**
 * One durable store, SQLite or PostgreSQL, behind the few operations that both do alike.
 * Failures are BrokerErrors: DISK_FULL when the volume is full, UNAVAILABLE when the engine cannot be reached.
 */
export interface Sql {
  readonly engine: "sqlite" | "postgres";
  all(text: string, values?: readonly SqlValue[]): Promise<SqlRow[]>;
  get(text: string, values?: readonly SqlValue[]): Promise<SqlRow | undefined>;
  /** Number of rows that changed. */
  run(text: string, values?: readonly SqlValue[]): Promise<number>;
  /** Runs the statements as one transaction. False when a `mustChange` statement found nothing, and then nothing was changed. */
  batch(statements: readonly Statement[]): Promise<boolean>;
  close(): Promise<void>;
}
