import { execFileSync, spawn } from "node:child_process";
import { createReadStream, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findProgram } from "../../../scripts/set-up.ts";
import { type Emulator, startEmulator, takeSeat } from "../../emulators/start-emulator.ts";
import { startTokenServer } from "./token-server.ts";

export const ACCOUNT = { name: "ann", password: "p:w with spaces" };

export interface DebianRegistry extends AsyncDisposable {
  readonly address: string;
}

export interface DebianRegistryOptions {
  /** Where images lie; several registries may read the same. */
  readonly storage: string;
  /** For configuration, certificates and accounts. */
  readonly folder: string;
  readonly mode: "open" | "htpasswd" | "token";
  /** Blobs by redirect to another origin, which takes no Authorization header. */
  readonly redirects?: boolean;
  /** Told of pushes and pulls, with this value in the Authorization header. */
  readonly notify?: { readonly url: string; readonly secret: string };
}

/** Debian's docker-registry on loopback. */
export async function startDebianRegistry({
  storage,
  folder,
  mode,
  redirects = false,
  notify,
}: DebianRegistryOptions): Promise<DebianRegistry> {
  const port = await freePort();
  const tokens = mode === "token" ? await startTokenServer(folder) : undefined;
  const blobs = redirects ? await startBlobServer(storage) : undefined;
  const lines = [
    "version: 0.1",
    "log: {level: error, accesslog: {disabled: true}}",
    `storage: {filesystem: {rootdirectory: ${storage}}}`,
    `http: {addr: "127.0.0.1:${port}", secret: interop}`,
    ...(blobs ? [`middleware: {storage: [{name: redirect, options: {baseurl: "${blobs.url}"}}]}`] : []),
    ...(notify
      ? [
          `notifications: {endpoints: [{name: sink, url: "${notify.url}", timeout: 1s, threshold: 3, backoff: 1s, headers: {Authorization: ["${notify.secret}"]}}]}`,
        ]
      : []),
    ...(mode === "htpasswd"
      ? [`auth: {htpasswd: {realm: "a realm, with commas", path: ${writeAccounts(folder)}}}`]
      : []),
    ...(tokens
      ? [
          `auth: {token: {realm: "${tokens.url}token", service: "Docker registry, here", issuer: interop, rootcertbundle: ${tokens.certificatePath}}}`,
        ]
      : []),
  ];
  const path = join(folder, `config-${port}.yml`);
  writeFileSync(path, lines.join("\n"));
  const child = spawn(findProgram("docker-registry") ?? "docker-registry", ["serve", path], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await answering(`http://127.0.0.1:${port}/v2/`);
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await Promise.all([ended, tokens?.[Symbol.asyncDispose](), blobs?.[Symbol.asyncDispose]()]);
    },
  };
}

function writeAccounts(folder: string): string {
  const path = join(folder, "htpasswd");
  writeFileSync(path, execFileSync(findProgram("htpasswd") ?? "htpasswd", ["-Bbn", ACCOUNT.name, ACCOUNT.password]));
  return path;
}

async function freePort(): Promise<number> {
  await using seat = await takeSeat();
  return Number(seat.url.port);
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await fetch(url).catch(() => undefined)) return;
    await delay(50);
  }
}

/** Files of the registry's storage under the paths that its redirects name, as object storage would serve them. */
function startBlobServer(storage: string): Promise<Emulator> {
  return startEmulator((req, res) => {
    const path = new URL(req.url ?? "", "http://x").pathname;
    if (
      req.headers.authorization ||
      !/^\/docker\/registry\/v2\/blobs\/sha256\/[0-9a-f]{2}\/[0-9a-f]{64}\/data$/.test(path)
    ) {
      res.writeHead(400).end("<Error><Code>InvalidArgument</Code></Error>");
      return;
    }
    const file = join(storage, path);
    res.writeHead(200, { "content-length": statSync(file).size });
    if (req.method === "HEAD") res.end();
    else createReadStream(file).pipe(res);
  });
}
