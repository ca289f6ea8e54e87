import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { BrokerError, systemCode } from "./errors.ts";

/** A registry's credential with its private CA travels in one header; Node's own limit of 16 KB refuses such a chain. */
const MAX_HEADER_BYTES = 64 * 1024;

export interface ListenOptions {
  /** 0 asks the system for a free one. */
  readonly port: number;
  readonly host?: string;
  /** Paths of PEM files; they are read again when they change. */
  readonly tls?: { readonly certPath: string; readonly keyPath: string };
  /** Name of the variable that chooses the port, for the error message. */
  readonly portVariable?: string;
}

export interface Listener {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** No new connection; idle ones end at once, busy ones when done or after `drainMs`. */
  close(drainMs: number): Promise<void>;
}

/** @throws {BrokerError} PORT_IN_USE, or CONFIG_INVALID for an unreadable certificate. */
export async function listen(app: RequestListener, options: ListenOptions): Promise<Listener> {
  const { port, host = "0.0.0.0", tls, portVariable = "PORT" } = options;
  const limits = { maxHeaderSize: MAX_HEADER_BYTES };
  const server = tls ? createTlsServer({ ...limits, ...readCertificate(tls) }, app) : createServer(limits, app);
  const stopWatching = tls ? watchCertificate(tls, server) : () => {};
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(translate(error, host, port, portVariable)));
    server.listen(port, host, () => resolve());
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    server,
    port: actual,
    url: `${tls ? "https" : "http"}://${host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host}:${actual}`,
    close: async (drainMs) => {
      stopWatching();
      await closeServer(server, drainMs);
    },
  };
}

function closeServer(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainMs);
    // A kept-alive connection becomes idle when its answer is out, so look again and again.
    const sweeper = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweeper);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function translate(error: unknown, host: string, port: number, variable: string): unknown {
  const code = systemCode(error);
  if (code === "EADDRINUSE") {
    return new BrokerError("PORT_IN_USE", `port ${port} on ${host} is taken (variable ${variable})`, { cause: error });
  }
  if (code === "EACCES") {
    return new BrokerError("CONFIG_INVALID", `${variable}: not allowed to listen on port ${port}`, { cause: error });
  }
  return error;
}

function readCertificate({ certPath, keyPath }: NonNullable<ListenOptions["tls"]>): { cert: Buffer; key: Buffer } {
  try {
    return { cert: readFileSync(certPath), key: readFileSync(keyPath) };
  } catch (error) {
    throw new BrokerError("CONFIG_INVALID", "HTTPS_CERT, HTTPS_KEY: a file cannot be read", { cause: error });
  }
}

/** A half-written pair is left alone: the next change event brings the other half. */
function watchCertificate(tls: NonNullable<ListenOptions["tls"]>, server: Server): () => void {
  const reload = (): void => {
    try {
      (server as Server & { setSecureContext(context: object): void }).setSecureContext(readCertificate(tls));
    } catch {
      // The old certificate stays in use until both files are good again.
    }
  };
  for (const path of [tls.certPath, tls.keyPath]) watchFile(path, { interval: 2_000, persistent: false }, reload);
  return () => {
    for (const path of [tls.certPath, tls.keyPath]) unwatchFile(path, reload);
  };
}
