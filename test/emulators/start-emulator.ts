import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** One call as a server saw it. */
export interface SeenCall {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
}

/** A server on loopback that remembers what it was asked. */
export interface Emulator extends AsyncDisposable {
  readonly url: URL;
  /** `127.0.0.1:port`. */
  readonly host: string;
  readonly calls: readonly SeenCall[];
  /** Calls whose `METHOD path` matches. */
  seen(pattern: RegExp): readonly SeenCall[];
  forget(): void;
}

/** A port that is taken before its app exists, since tokens and links must name it. */
export interface Seat extends Emulator {
  serve(app: RequestListener): void;
}

export interface SeatOptions {
  readonly hostname?: string;
  /** PEM texts, for https. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function takeSeat({ hostname = "127.0.0.1", tls }: SeatOptions = {}): Promise<Seat> {
  const calls: SeenCall[] = [];
  let app: RequestListener | undefined;
  const onRequest: RequestListener = (req, res) => {
    calls.push({ method: req.method ?? "", url: req.url ?? "", headers: req.headers });
    if (app) app(req, res);
    else res.writeHead(503).end();
  };
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`${tls ? "https" : "http"}://${hostname}:${port}/`),
    host: `${hostname}:${port}`,
    calls,
    seen: (pattern) => calls.filter(({ method, url }) => pattern.test(`${method} ${url}`)),
    forget: () => void calls.splice(0),
    serve: (next) => {
      app = next;
    },
    [Symbol.asyncDispose]: () => closeServer(server),
  };
}

export async function startEmulator(app: RequestListener): Promise<Emulator> {
  const seat = await takeSeat();
  seat.serve(app);
  return seat;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
