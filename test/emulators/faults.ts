import { gzipSync } from "node:zlib";
import type { RequestHandler, Response } from "express";

/** One thing that goes wrong; those that end an answer return true, the others bend what follows. */
export type Fault = (res: Response, path: string) => boolean | Promise<boolean>;

/** Faults for calls whose `METHOD path` matches, used up one by one. */
export interface Faults {
  readonly handler: RequestHandler;
  /** For a registry whose blobs are read elsewhere: the faults of reading happen there. */
  readonly exceptBlobs: RequestHandler;
  /** The next `times` matching calls fail this way. */
  next(pattern: RegExp, fault: Fault, times?: number): void;
  readonly left: number;
  /** Drops what is still waiting. */
  clear(): void;
}

export function createFaults(): Faults {
  const waiting: { pattern: RegExp; fault: Fault; left: number }[] = [];
  const handler: RequestHandler = async (req, res, next) => {
    const call = `${req.method} ${req.path}`;
    const entry = waiting.find(({ pattern, left }) => left > 0 && pattern.test(call));
    if (!entry) return next();
    entry.left -= 1;
    if (!(await entry.fault(res, req.path))) next();
  };
  return {
    handler,
    exceptBlobs: (req, res, next) =>
      req.method === "GET" && req.path.includes("/blobs/") ? next() : handler(req, res, next),
    next: (pattern, fault, times = 1) => void waiting.push({ pattern, fault, left: times }),
    clear: () => void waiting.splice(0),
    get left() {
      return waiting.reduce((sum, { left }) => sum + left, 0);
    },
  };
}

/** The faults of section 8.2 of the registry reference. */
export const FAULTS = {
  status:
    (status: number, headers: Readonly<Record<string, string>> = {}, body = ""): Fault =>
    (res) => {
      res.status(status).set(headers).send(body);
      return true;
    },
  body:
    (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Fault =>
    (res) => {
      res.type("json").set(headers).end(body);
      return true;
    },
  /** Ends the connection within the first piece of the body. */
  truncated: bendBody((write, first, res) => write(half(first), () => res.destroy())),
  /** Sends half of the first piece and then nothing more. */
  stalled: bendBody((write, first) => write(half(first))),
  /** One bit of the body is another. */
  corrupt: ((res) => {
    const write = res.write.bind(res) as (chunk: Uint8Array) => boolean;
    const end = res.end.bind(res) as (chunk?: Uint8Array) => Response;
    let isBent = false;
    const bent = (chunk: Uint8Array): Uint8Array => {
      const copy = Buffer.from(chunk);
      if (!isBent) copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
      isBent = true;
      return copy;
    };
    res.write = ((chunk: Uint8Array) => write(bent(chunk))) as Response["write"];
    res.end = ((chunk?: Uint8Array) => (chunk instanceof Uint8Array ? end(bent(chunk)) : end())) as Response["end"];
    return false;
  }) satisfies Fault,
  header:
    (name: string, value: string | undefined): Fault =>
    (res) => {
      const { setHeader } = res;
      res.setHeader = (key, old) => {
        if (key.toLowerCase() !== name) return setHeader.call(res, key, old);
        return value === undefined ? res : setHeader.call(res, key, value);
      };
      if (value !== undefined) setHeader.call(res, name, value);
      return false;
    },
  /** Compressed by a front end that was not asked to. */
  zipped: ((res) => {
    const end = res.end.bind(res) as (chunk?: Uint8Array) => Response;
    const chunks: Uint8Array[] = [];
    const take = (chunk: unknown): boolean => chunk instanceof Uint8Array && chunks.push(chunk) > 0;
    res.write = take as Response["write"];
    res.end = ((chunk?: unknown) => {
      take(chunk);
      res.removeHeader("content-length");
      res.setHeader("content-encoding", "gzip");
      return end(gzipSync(Buffer.concat(chunks)));
    }) as Response["end"];
    return false;
  }) satisfies Fault,
  redirect:
    (location: string | ((path: string) => string), status = 307): Fault =>
    (res, path) => {
      res.redirect(status, typeof location === "string" ? location : location(path));
      return true;
    },
} as const;

type Write = (chunk: Uint8Array, done?: () => void) => void;

/** Takes a body out of the hands of whoever answers, from its first piece on; the answer does not end by itself. */
function bendBody(onFirst: (write: Write, first: Buffer, res: Response) => void): Fault {
  return (res) => {
    const write = res.write.bind(res) as Write;
    let isFirst = true;
    const take = (chunk: unknown): boolean => {
      if (isFirst && (chunk instanceof Uint8Array || typeof chunk === "string")) {
        isFirst = false;
        onFirst(write, Buffer.from(chunk as Uint8Array), res);
      }
      return true;
    };
    res.write = take as Response["write"];
    res.end = ((chunk?: unknown) => {
      take(chunk);
      return res;
    }) as Response["end"];
    return false;
  };
}

function half(chunk: Buffer): Buffer {
  return chunk.subarray(0, Math.ceil(chunk.length / 2));
}
