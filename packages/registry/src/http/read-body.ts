import { gunzipSync } from "node:zlib";
import { BrokerError } from "@tidewaiter/runtime";
import { networkError } from "./network-error.ts";
import type { HttpAnswer } from "./transport.ts";

/**
 * The whole body, with transfer coding of a proxy undone.
 *
 * @throws {BrokerError} LIMIT_EXCEEDED beyond `maxBytes`, REGISTRY_UNREACHABLE when it breaks off.
 */
export async function readBody(answer: HttpAnswer, maxBytes: number, what: string): Promise<Buffer> {
  const tooLarge = (): BrokerError =>
    new BrokerError("LIMIT_EXCEEDED", `${what} from ${answer.url.host} is larger than ${maxBytes} bytes`);
  if (Number(answer.header("content-length") ?? 0) > maxBytes) {
    answer.body.destroy();
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw networkError(error, answer.url);
  }
  return decode(Buffer.concat(chunks), answer, maxBytes);
}

/** The first bytes of a body, whatever happens to the rest: for error texts. */
export async function peekBody(answer: HttpAnswer, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    // A broken error page still has its status.
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

/** Some front ends compress although `identity` was asked for. */
function decode(bytes: Buffer, answer: HttpAnswer, maxBytes: number): Buffer {
  if (answer.header("content-encoding")?.toLowerCase() !== "gzip" || bytes[0] !== 0x1f) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new BrokerError("REGISTRY_PROTOCOL", `${answer.url.host} sent a damaged gzip body`, { cause: error });
  }
}

/** @throws {BrokerError} REGISTRY_PROTOCOL when the body is no JSON: a web page, for example. */
export async function readJson(answer: HttpAnswer, maxBytes: number, what: string): Promise<unknown> {
  const bytes = await readBody(answer, maxBytes, what);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    const type = answer.header("content-type") ?? "no content type";
    throw new BrokerError("REGISTRY_PROTOCOL", `${what} from ${answer.url.host} is not JSON (${type})`, {
      cause: error,
    });
  }
}
