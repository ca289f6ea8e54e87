import { Agent, type ClientRequestArgs, request } from "node:http";
import { request as requestTls } from "node:https";
import { isIP, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { BrokerError } from "@tidewaiter/runtime";

type Callback = (error: Error | null, socket: Duplex) => void;

export interface ConnectAgentOptions {
  readonly proxy: URL;
  readonly isTargetTls: boolean;
  readonly tls: { readonly ca?: string[]; readonly rejectUnauthorized: boolean };
  readonly timeoutMs: number;
}

/** The tunnel's way through an HTTP proxy: CONNECT, then TLS inside where the target wants it. */
export class ConnectAgent extends Agent {
  readonly #options: ConnectAgentOptions;

  constructor(options: ConnectAgentOptions) {
    super({ keepAlive: false });
    this.#options = options;
    // Node compares this with the scheme of the request; its types leave it out.
    Object.assign(this, { protocol: options.isTargetTls ? "https:" : "http:" });
  }

  override createConnection(target: ClientRequestArgs, callback?: Callback): undefined {
    const host = String(target.host ?? "");
    this.#openTunnel(host, Number(target.port)).then(
      (socket) => callback?.(null, socket),
      // Node looks at the error first; its types want a stream all the same.
      (error: Error) => callback?.(error, new Duplex()),
    );
  }

  async #openTunnel(host: string, port: number): Promise<Socket> {
    const { isTargetTls, tls } = this.#options;
    const socket = await this.#connectProxy(`${host.includes(":") ? `[${host}]` : host}:${port}`);
    return isTargetTls
      ? connectTls({ socket, ...(isIP(host) === 0 && { servername: host }), host, ...tls, ALPNProtocols: ["http/1.1"] })
      : socket;
  }

  #connectProxy(authority: string): Promise<Socket> {
    const { proxy, timeoutMs } = this.#options;
    const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const isProxyTls = proxy.protocol === "https:";
    const asked = (isProxyTls ? requestTls : request)({
      host: proxy.hostname,
      port: Number(proxy.port || (isProxyTls ? 443 : 80)),
      ...(isProxyTls && this.#options.tls),
      method: "CONNECT",
      path: authority,
      headers: {
        host: authority,
        ...(proxy.username && { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` }),
      },
      timeout: timeoutMs,
    });
    return new Promise((resolve, reject) => {
      asked.once("connect", (response, socket: Socket) => {
        if (response.statusCode === 200) resolve(socket);
        else {
          socket.destroy();
          reject(new BrokerError("UNAVAILABLE", `the proxy answered ${response.statusCode} to CONNECT`));
        }
      });
      asked.once("timeout", () => asked.destroy(new BrokerError("TIMEOUT", "the proxy did not answer")));
      asked.once("error", reject);
      asked.end();
    });
  }
}

/** The agent for a server address, or undefined when NO_PROXY or the lack of a proxy lets it be dialled directly. */
export function tunnelAgent(
  serverUrl: URL,
  outbound: { readonly httpProxy?: string; readonly httpsProxy?: string; readonly noProxy?: string },
  tls: ConnectAgentOptions["tls"],
  timeoutMs: number,
): Agent | undefined {
  const isTargetTls = serverUrl.protocol === "https:";
  const proxy = isTargetTls ? (outbound.httpsProxy ?? outbound.httpProxy) : outbound.httpProxy;
  if (!proxy || isExcluded(serverUrl, outbound.noProxy ?? "")) return undefined;
  return new ConnectAgent({ proxy: new URL(proxy), isTargetTls, tls, timeoutMs });
}

/** NO_PROXY: hosts, with or without leading dot or port, or `*`. */
export function isExcluded({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const actualPort = port || (protocol === "https:" ? "443" : "80");
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = "", wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      if (wantedPort !== undefined && wantedPort !== actualPort) return false;
      const suffix = name.replace(/^\*?\./, "");
      return hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}
