import type { CredentialBlob } from "@tidewaiter/contract";
import type { SampleContent } from "../conformance/registry-content.ts";
import type { Faults } from "./faults.ts";
import type { SeenCall } from "./start-emulator.ts";
import type { TokenFaults } from "./token-service.ts";

/** A vendor's registry on loopback, with the credentials that open it. Fits the conformance suite as it stands. */
export interface EmulatedRegistry extends AsyncDisposable {
  readonly blob: CredentialBlob;
  readonly wrong: CredentialBlob;
  readonly sample: SampleContent;
  readonly faults: Faults;
  readonly calls: readonly SeenCall[];
  readonly tokens?: TokenFaults;
  readonly cannotList?: boolean;
  readonly hasPushDates?: boolean;
}

/** Ends several servers as one. */
export function disposeAll(...servers: readonly AsyncDisposable[]): () => Promise<void> {
  return async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  };
}
