import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";

/** A real proxy on loopback: CONNECT and absolute addresses, with credentials when some are given. */
export interface ConnectProxy {
  readonly url: string;
  /** What was asked for, oldest first. */
  readonly targets: string[];
  stop(): Promise<void>;
}

export async function startConnectProxy(credentials?: string): Promise<ConnectProxy> {
  const targets: string[] = [];
  const open = new Set<Socket>();
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
  const isAllowed = (headers: IncomingHttpHeaders): boolean => !wanted || headers["proxy-authorization"] === wanted;
  const server = createServer((req, res) => {
    const { host, hostname, port, pathname, search } = new URL(req.url ?? "");
    if (!isAllowed(req.headers)) {
      res.writeHead(407).end();
      return;
    }
    targets.push(host);
    const onward = request(
      { hostname, port, path: pathname + search, method: req.method, headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    onward.on("error", () => res.destroy());
    req.pipe(onward);
  });
  server.on("connection", (socket) => open.add(socket));
  server.on("connect", (req, incoming: Socket) => {
    if (!isAllowed(req.headers)) {
      incoming.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    targets.push(req.url ?? "");
    const { hostname, port } = new URL(`http://${req.url}`);
    const outgoing = connect(Number(port || 80), hostname, () => {
      incoming.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      incoming.pipe(outgoing).pipe(incoming);
    });
    open.add(outgoing);
    outgoing.on("error", () => incoming.destroy());
    incoming.on("error", () => outgoing.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    targets,
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
