import type { CommandFactory } from "../context.ts";

/** Every command by name. Loaded when asked for, so that each starts as fast as its own imports allow. */
export const COMMANDS: Readonly<Record<string, () => Promise<CommandFactory>>> = {
  start: async () => (await import("./start.ts")).startCommand,
  check: async () => (await import("./check.ts")).checkCommand,
  list: async () => (await import("./list.ts")).listCommand,
  scan: async () => (await import("./scan.ts")).scanCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  db: async () => (await import("./db.ts")).dbCommand,
};
