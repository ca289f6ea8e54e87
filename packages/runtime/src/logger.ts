import { createRequire } from "node:module";
import type winston from "winston";
import { printable, printableLine } from "./printable.ts";
import { createRedactor, type Redactor } from "./redaction.ts";

// Loaded when a logger is made: libraries and commands that never make one start sooner and stay smaller.
const load = createRequire(import.meta.url);
const LEVELS = { fatal: 0, error: 1, warn: 2, info: 3, debug: 4, trace: 5 } as const;
export type LogLevel = keyof typeof LEVELS;
export const LOG_LEVELS = Object.keys(LEVELS) as readonly LogLevel[];

type LogMethod = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** What libraries take. A message is a fixed sentence; what varies goes into fields. */
export interface Logger {
  readonly error: LogMethod;
  readonly warn: LogMethod;
  readonly info: LogMethod;
  readonly debug: LogMethod;
  child(fields: Readonly<Record<string, unknown>>): Logger;
}

export interface AppLogger extends Logger {
  /** Changes the level of this logger and its children at run time. */
  setLevel(level: LogLevel): void;
}

export interface LoggerOptions {
  readonly role: string;
  readonly level?: LogLevel;
  /** Aligned text for people instead of one JSON object a line. */
  readonly isTerminal?: boolean;
  readonly redactor?: Redactor;
  /** Where lines go; standard output when left out. */
  readonly stream?: NodeJS.WritableStream;
}

/** A winston logger whose lines hold no known secret, no secret-named field and no control character. */
export function createLogger(options: LoggerOptions): AppLogger {
  const { createLogger: create, format, transports }: typeof winston = load("winston");
  const redactor = options.redactor ?? createRedactor();
  const line = format.printf((info) => {
    const { level, message, ...rest } = info;
    const fields = redactor.fields(rest) as Record<string, unknown>;
    const msg = printable(redactor.text(String(message)));
    const time = new Date().toISOString();
    return options.isTerminal
      ? textLine(time, level, msg, fields)
      : JSON.stringify({ time, level, msg, role: options.role, ...fields }, undefined);
  });
  const stream = options.stream ?? process.stdout;
  const logger = create({
    levels: LEVELS,
    level: options.level ?? "info",
    format: line,
    transports: [new transports.Stream({ stream: stream as NodeJS.WritableStream })],
  });
  return wrap(logger, {});
}

function wrap(logger: winston.Logger, bound: Readonly<Record<string, unknown>>): AppLogger {
  const method =
    (level: LogLevel): LogMethod =>
    (message, fields) => {
      if (logger.isLevelEnabled(level)) logger.log({ ...bound, ...fields, level, message });
    };
  return {
    error: method("error"),
    warn: method("warn"),
    info: method("info"),
    debug: method("debug"),
    child: (fields) => wrap(logger, { ...bound, ...fields }),
    setLevel: (level) => {
      logger.level = level;
    },
  };
}

function textLine(time: string, level: string, message: string, fields: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${printableLine(typeof value === "string" ? value : JSON.stringify(value))}`);
  return [time.slice(11, 23), level.padEnd(5), message, ...pairs].join("  ");
}

/** Drops every line: for tests and for libraries called without a logger. */
export const silentLogger: Logger = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => silentLogger,
};
