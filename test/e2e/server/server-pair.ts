import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createShutdown, listen, type Shutdown, silentLogger } from "@tidewaiter/runtime";
import { createContent, type RegistryContent, registryApp } from "@tidewaiter/sample-registry";
import { freePorts } from "../../support/free-ports.ts";
import { startPostgres } from "../../support/postgres.ts";
import { callApi, KEY, launchAgent, launchClient, launchServerProcess, PASSWORD, poll } from "./launch.ts";

type Server = Awaited<ReturnType<typeof launchServerProcess>>;

/** Two server processes on one PostgreSQL, a balancer before them, and client, agent and registry behind. */
export interface ServerPair {
  readonly servers: readonly [Server, Server];
  readonly balancer: Balancer;
  readonly content: RegistryContent;
  readonly connectionId: string;
  readonly token: string;
  call<T = Record<string, unknown>>(server: Server, method: string, path: string, body?: unknown): Promise<T>;
  until<T>(server: Server, path: string, isThere: (answer: T) => boolean): Promise<T>;
  /** Starts the broker client, which dials the balancer or another address, and waits until both servers know of it. */
  startClient(dialled?: Dialled): Promise<void>;
  close(): Promise<void>;
}

/** Where a broker client dials, and the authority's certificate as PEM. */
interface Dialled {
  readonly url: string;
  readonly cert?: string;
}

/** With `tls` the servers speak HTTPS only, to clients and to each other. */
export async function startServerPair(
  advisoryFolder: string,
  tls?: { readonly key: string; readonly cert: string },
): Promise<ServerPair> {
  const folder = await mkdtemp(join(tmpdir(), "tidewaiter-pair-"));
  const scheme = tls ? "https" : "http";
  const secured = tls ? await writeTls(folder, tls) : {};
  const content = createContent();
  const registry = await listen(registryApp({ content, accounts: { scanner: PASSWORD } }), {
    port: 0,
    host: "127.0.0.1",
  });
  const postgres = await startPostgres();
  const ports = await freePorts(2);
  const shared = {
    TIDEWAITER_HOST: "127.0.0.1",
    TIDEWAITER_API_KEY: KEY,
    DATABASE_URL: postgres.url,
    TIDEWAITER_ENCRYPTION_KEY: randomBytes(32).toString("hex"),
    TIDEWAITER_REPLICA_LEASE_MS: "2000",
    TIDEWAITER_SCAN_LEASE_MS: "3000",
    TIDEWAITER_ADVISORY_SOURCES: advisoryFolder,
    TIDEWAITER_ADVISORY_FORCE: "true",
    TIDEWAITER_TICK_MS: "100",
    TIDEWAITER_OPEN_BROKER: "true",
    TIDEWAITER_DRAIN_MS: "200",
  };
  const launch = (port: number) =>
    launchServerProcess({
      ...shared,
      ...secured,
      PORT: String(port),
      TIDEWAITER_REPLICA_URL: `${scheme}://127.0.0.1:${port}`,
      TIDEWAITER_DATA_DIR: join(folder, String(port)),
    });
  const servers = [await launch(ports[0] ?? 0), await launch(ports[1] ?? 0)] as const;
  const balancer = await startBalancer(ports, scheme);
  const agent = await launchAgent(folder);
  const call: ServerPair["call"] = (server, method, path, body) => callApi(server.url, method, path, body);
  const until: ServerPair["until"] = (server, path, isThere) => poll(() => call(server, "GET", path), isThere, path);
  const body = { name: "registry", type: "oci" };
  const issued = await call<{ connection: { id: string }; token: string }>(servers[0], "POST", "/connections", body);
  const connectionId = issued.connection.id;
  let client: Shutdown | undefined;
  return {
    servers,
    balancer,
    content,
    connectionId,
    token: issued.token,
    call,
    until,
    async startClient({ url, cert } = { url: balancer.url, cert: tls?.cert }) {
      client = createShutdown(silentLogger);
      await launchClient(issued.token, url, agent.listener.url, registry.port, PASSWORD, client, cert);
      for (const server of servers)
        await until<{ state: string }>(server, `/connections/${connectionId}`, ({ state }) => state === "connected");
    },
    async close() {
      await client?.stop("test over");
      await agent.stop();
      for (const server of servers) await server.stop();
      await balancer.close();
      await postgres.close();
      await registry.close(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The settings of a server whose certificate is its own authority. */
async function writeTls(folder: string, { key, cert }: { key: string; cert: string }): Promise<Record<string, string>> {
  const [HTTPS_KEY, HTTPS_CERT] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  await writeFile(HTTPS_KEY, key);
  await writeFile(HTTPS_CERT, cert);
  return { HTTPS_KEY, HTTPS_CERT, CA_CERT: HTTPS_CERT };
}

/** Passes TCP connections to the servers in turn; one that refuses is passed over. */
export interface Balancer {
  readonly url: string;
  /** New connections go to this port only; undefined: to all in turn. */
  pin(port: number | undefined): void;
  close(): Promise<void>;
}

async function startBalancer(ports: readonly number[], scheme: string): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let [pinned, turn]: [number | undefined, number] = [undefined, 0];
  const open = (socket: Socket, candidates: readonly number[]): void => {
    const [port, ...others] = candidates;
    if (port === undefined) return void socket.destroy();
    const target = connect(port, "127.0.0.1");
    sockets.add(target);
    target.once("connect", () => {
      socket.pipe(target).pipe(socket);
      for (const [one, other] of [
        [socket, target],
        [target, socket],
      ] as const)
        one.once("close", () => other.destroy());
    });
    target.on("error", () => (target.connecting || target.bytesRead === 0 ? open(socket, others) : socket.destroy()));
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    turn += 1;
    const order = ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0);
    open(socket, pinned === undefined ? order : [pinned]);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pin: (port) => {
      pinned = port;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
