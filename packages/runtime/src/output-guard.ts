import type { Redactor } from "./redaction.ts";

type Write = NodeJS.WriteStream["write"];

/**
 * Sends all that is written to a stream through the redactor: our lines, and those that libraries
 * write on their own under `DEBUG=*` or `NODE_DEBUG`.
 *
 * @returns a function that takes the guard away again.
 */
export function guardOutput(stream: NodeJS.WriteStream, redactor: Redactor): () => void {
  const write: Write = stream.write;
  const guarded = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    return Reflect.apply(write, stream, [redactor.text(text), ...rest]);
  };
  stream.write = guarded;
  return () => {
    stream.write = write;
  };
}
