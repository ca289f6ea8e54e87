import { registryApp } from "@tidewaiter/sample-registry";
import type { RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { type Storage, startStorage } from "./storage.ts";
import { createTokenService, type TokenServiceOptions } from "./token-service.ts";

export interface OciOptions {
  readonly tokens?: Partial<TokenServiceOptions>;
  /** Blobs from the registry itself instead of another origin. */
  readonly servesBlobs?: boolean;
  /** Put before everything else. */
  readonly before?: readonly RequestHandler[];
  readonly sample?: SampleContent;
}

export interface Oci extends EmulatedRegistry {
  readonly registry: Emulator;
  readonly storage: Storage;
  readonly tokenCount: () => number;
}

/** A registry as the specifications say, with tokens and blobs on another origin: what faults are put into. */
export async function startOci(options: OciOptions = {}): Promise<Oci> {
  const sample = options.sample ?? (await buildSampleContent({ namespace: "acme" }));
  const faults = createFaults();
  const [seat, storage] = await Promise.all([takeSeat(), startStorage(sample.content, [faults.handler])]);
  const tokens = createTokenService({
    service: "oci, with spaces",
    realm: `${seat.url}token`,
    accounts: { ann: "pass:word" },
    ...options.tokens,
  });
  const before = [
    ...(options.before ?? []),
    options.servesBlobs ? faults.handler : faults.exceptBlobs,
    tokens.at("/token"),
    tokens.guard,
    ...(options.servesBlobs ? [] : [storage.redirect]),
  ];
  seat.serve(registryApp({ content: sample.content, before }));
  const blob = (password: string) => ({
    type: "oci" as const,
    registryBase: seat.host,
    username: "ann",
    password,
    extra: { plainHttp: true },
  });
  return {
    registry: seat,
    storage,
    blob: blob("pass:word"),
    wrong: blob("not-the-password"),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    tokenCount: () => tokens.issuedCount,
    [Symbol.asyncDispose]: disposeAll(seat, storage),
  };
}
