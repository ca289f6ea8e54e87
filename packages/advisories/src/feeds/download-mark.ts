import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { z } from "zod";

/** What is known about a file that was fetched, or partly fetched, before. */
const markSchema = z.object({
  /** Hash of the address, which may carry a password. */
  address: z.string(),
  etag: z.string().optional(),
  isComplete: z.boolean(),
});
export type Mark = z.output<typeof markSchema>;

/** What is known of the file at `path`, when it is from this address and still there. */
export async function readMark(path: string, url: string): Promise<Mark | undefined> {
  try {
    const mark = markSchema.parse(JSON.parse(await readFile(`${path}.mark`, "utf8")));
    const isThere = mark.isComplete ? (await sizeOf(path)) > 0 : true;
    return mark.address === hashOf(url) && isThere ? mark : undefined;
  } catch {
    return undefined;
  }
}

export async function writeMark(path: string, url: string, mark: Omit<Mark, "address">): Promise<void> {
  await writeFile(`${path}.mark`, JSON.stringify({ ...mark, address: hashOf(url) }));
}

function hashOf(url: string): string {
  return createHash("sha256").update(url).digest("hex");
}

/** Bytes of a file; 0 when there is none. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
