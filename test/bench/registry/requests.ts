import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildImage, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";
import { takeSeat } from "../../emulators/start-emulator.ts";
import { createTokenService } from "../../emulators/token-service.ts";
import { benchFolder, certificate } from "./cache.ts";
import { runJob } from "./run.ts";

export interface RequestCounts {
  readonly registry: number;
  readonly tokens: number;
}

export const LAYERS = 10;

/** What one cold pull of an image with ten layers costs a registry with tokens: calls to it and to its token server. */
export async function countRequests(): Promise<Record<"ours" | "peer" | "skopeo", RequestCounts>> {
  const { keyPath, certificatePath } = certificate();
  const tls = { key: readFileSync(keyPath, "utf8"), cert: readFileSync(certificatePath, "utf8") };
  await using seat = await takeSeat({ hostname: "localhost", tls });
  const layers = await Promise.all(
    Array.from({ length: LAYERS }, (_, number) => buildLayer({ [`f${number}`]: `${number}`.repeat(500) })),
  );
  const content = createContent();
  content.push("bench/app", "1", buildImage(layers));
  const tokens = createTokenService({ service: "bench", realm: `${seat.url}token`, accounts: { ann: "pass:word" } });
  seat.serve(registryApp({ content, before: [tokens.at("/token"), tokens.guard] }));
  const counted = async (work: () => Promise<unknown>): Promise<RequestCounts> => {
    seat.forget();
    await work();
    return { registry: seat.seen(/ \/v2\//).length, tokens: seat.seen(/ \/token/).length };
  };
  const copied = join(benchFolder(), "skopeo-copy");
  const skopeo = [
    "copy",
    "--quiet",
    "--src-tls-verify=false",
    "--src-creds",
    "ann:pass:word",
    `docker://${seat.host}/bench/app:1`,
    `oci:${copied}:1`,
  ];
  const counts = {
    ours: await counted(() => runJob("ours", "pull", seat.host, "bench/app", "1")),
    peer: await counted(() => runJob("peer", "pull", seat.host, "bench/app", "1")),
    skopeo: await counted(() => promisify(execFile)("skopeo", skopeo)),
  };
  rmSync(copied, { recursive: true, force: true });
  return counts;
}
