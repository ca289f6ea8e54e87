import type { Readable } from "node:stream";
import { BrokerError, systemCode } from "@tidewaiter/runtime";
import type Docker from "dockerode";
import { waitFor } from "../http/wait-for.ts";
import type { DaemonAddress } from "./daemon-address.ts";

export interface DaemonImageSummary {
  readonly id: string;
  readonly tags: readonly string[];
  readonly sizeBytes: number;
}

/** What is asked of an engine. */
export interface DaemonClient {
  images(signal?: AbortSignal): Promise<readonly DaemonImageSummary[]>;
  /** Id of a name's image: the digest of its config, or of its manifest on engines that keep those. */
  imageId(name: string, signal?: AbortSignal): Promise<string>;
  /** A tar of the image; whoever gets it reads or destroys it. */
  exportImage(name: string, signal?: AbortSignal): Promise<Readable>;
}

/** @throws (from its methods) {BrokerError} REGISTRY_UNREACHABLE, REGISTRY_FORBIDDEN, MANIFEST_UNKNOWN, REGISTRY_UNAVAILABLE. */
export function createDaemonClient(address: DaemonAddress): DaemonClient {
  let loading: Promise<Docker> | undefined;
  // Large, and needed by few.
  const docker = (): Promise<Docker> => {
    loading ??= import("dockerode").then(({ default: Client }) => new Client(address));
    return loading;
  };
  const guarded = async <T>(work: (client: Docker) => Promise<T>, name: string, signal?: AbortSignal): Promise<T> => {
    try {
      return await waitFor(work(await docker()), signal);
    } catch (error) {
      throw daemonError(error, name);
    }
  };
  return {
    images: (signal) =>
      guarded(
        async (client) =>
          (await client.listImages()).map(({ Id, RepoTags, Size }) => ({
            id: Id,
            tags: (RepoTags ?? []).filter((tag) => !tag.includes("<none>")),
            sizeBytes: Size,
          })),
        "images",
        signal,
      ),
    imageId: (name, signal) => guarded(async (client) => (await client.getImage(name).inspect()).Id, name, signal),
    exportImage: (name, signal) =>
      guarded(async (client) => (await client.getImage(name).get()) as Readable, name, signal),
  };
}

function daemonError(error: unknown, name: string): unknown {
  const code = systemCode(error);
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : undefined;
  if (status === 404) return new BrokerError("MANIFEST_UNKNOWN", `the engine has no image ${name}`, { cause: error });
  if (status !== undefined)
    return new BrokerError("REGISTRY_UNAVAILABLE", `the engine answered ${status}`, { cause: error });
  if (code === "EACCES") {
    return new BrokerError("REGISTRY_FORBIDDEN", "the engine's socket may not be opened", {
      cause: error,
      likely: "this process is not in the group that owns the socket",
      action: "add it to the group docker, or run it with --group-add",
    });
  }
  if (!code) return error;
  return new BrokerError("REGISTRY_UNREACHABLE", `no engine answers (${code})`, {
    cause: error,
    likely: "no Docker engine runs here, or its socket is not mounted into the container",
    action: "start it, or set CR_BASE to its socket or address",
  });
}
