import type { RegistryConnection } from "@tidewaiter/contract";
import type { ImageSource, Referrer } from "@tidewaiter/image";
import type { Platform, Reference } from "@tidewaiter/oci";
import { type Env, outboundFromEnv, Secret } from "@tidewaiter/runtime";
import { readOptionFile } from "./option-file.ts";
import type { ScanTarget } from "./target.ts";

export interface OpenOptions {
  readonly platform: Platform;
  readonly isPlatformAsked: boolean;
  readonly plainHttp?: boolean;
  readonly username?: string;
  readonly password?: string;
  /** File with the PEM of a private authority. */
  readonly ca?: string;
  readonly env: Env;
  readonly signal: AbortSignal;
}

export interface OpenedTarget {
  readonly source: ImageSource;
  close(): Promise<void>;
}

/** Opens what is to be scanned. Each kind's code is loaded only when it is asked for. @throws {BrokerError} */
export async function openTarget(target: ScanTarget, options: OpenOptions): Promise<OpenedTarget> {
  if (target.kind === "registry") return openRegistry(target.reference, target.tag, options);
  const { openDockerArchive, openDockerDaemon, openOciArchive, openOciFolder } = await import("@tidewaiter/image");
  const { platform, isPlatformAsked, signal } = options;
  const common = { signal, ...(isPlatformAsked && { platform }), ...(target.image && { name: target.image }) };
  const open = {
    "docker-archive": openDockerArchive,
    "docker-daemon": openDockerDaemon,
    "oci-archive": openOciArchive,
    oci: openOciFolder,
  }[target.kind];
  return { source: await open(target.path, common), close: async () => {} };
}

async function openRegistry(reference: Reference, tag: string, options: OpenOptions): Promise<OpenedTarget> {
  const { createRegistry } = await import("@tidewaiter/registry");
  // Layers are long bodies, so each has a connection of its own.
  const outbound = { ...outboundFromEnv(options.env), allowsHttp2: false };
  const registry = createRegistry(await connectionOf(reference, options), { outbound });
  try {
    const { platform, signal } = options;
    const source = await registry.resolve(reference.repository, reference.digest ?? tag, { platform, signal });
    const listReferrers = (asked?: AbortSignal): Promise<readonly Referrer[]> =>
      registry.listReferrers(reference.repository, source.digest, asked);
    return { source: { ...source, verifiesBlobs: true, listReferrers }, close: () => registry.close() };
  } catch (error) {
    await registry.close();
    throw error;
  }
}

const DOCKER_HUB: ReadonlySet<string> = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

async function connectionOf({ registry }: Reference, options: OpenOptions): Promise<RegistryConnection> {
  const isHub = registry === undefined || DOCKER_HUB.has(registry);
  const { username, password, plainHttp = false, ca } = options;
  return {
    type: isHub ? "docker-hub" : "oci",
    ...(!isHub && { base: `${plainHttp ? "http" : "https"}://${registry}` }),
    ...(username && { username }),
    ...(password && { password: new Secret(password) }),
    ...(ca && { ca: await readOptionFile("--ca", ca) }),
    isPlainHttp: plainHttp,
    isTlsVerified: true,
    repositories: [],
    platforms: [],
    allowsForeignLayers: false,
    tokenHosts: [],
  };
}
