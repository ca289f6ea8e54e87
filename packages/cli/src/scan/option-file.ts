import { readFile } from "node:fs/promises";
import { BrokerError } from "@tidewaiter/runtime";

/** The text of a file that an option names. @throws {BrokerError} INPUT_INVALID when it cannot be read. */
export async function readOptionFile(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new BrokerError("INPUT_INVALID", `${option}: ${path} cannot be read`, { cause });
  }
}
