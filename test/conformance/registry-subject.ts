import assert from "node:assert/strict";
import { type CredentialBlob, type RegistryConnection, toConnection } from "@tidewaiter/contract";
import { createRegistry, type Registry, type RegistryLimits } from "@tidewaiter/registry";
import { BrokerError, type ErrorCode } from "@tidewaiter/runtime";
import type { Faults } from "../emulators/faults.ts";
import type { SeenCall } from "../emulators/start-emulator.ts";
import type { TokenFaults } from "../emulators/token-service.ts";
import type { SampleContent } from "./registry-content.ts";

/** A registry to run the suite against. */
export interface Subject extends AsyncDisposable {
  readonly blob: CredentialBlob;
  readonly sample: SampleContent;
  /** Left out where faults cannot be put in (software that others wrote). */
  readonly faults?: Faults;
  /** Calls to the registry itself and to where it keeps blobs. */
  readonly calls?: readonly SeenCall[];
  /** What can go wrong with tokens, where there are any. */
  readonly tokens?: TokenFaults;
  /** What the registry cannot do; the suite then expects it to say so. */
  readonly cannotList?: boolean;
  /** The registry's own record gives a date of each push. */
  readonly hasPushDates?: boolean;
  /** An engine holds one platform of each image, and names it by its config. */
  readonly engineId?: (repository: string, tag: string) => string;
  /** Refused credentials; left out where nothing is checked. */
  readonly wrong?: CredentialBlob;
}

const LIMITS: Partial<RegistryLimits> = {
  retry: { attempts: 4, baseMs: 1, capMs: 5, maxRetryAfterMs: 3_000 },
  // Small, so that every list has several pages.
  catalogPageSize: 20,
  idleTimeoutMs: 400,
  headersTimeoutMs: 5_000,
};

export function connectionTo(blob: CredentialBlob): RegistryConnection {
  return toConnection(blob as Parameters<typeof toConnection>[0]);
}

export function connectTo(blob: CredentialBlob, limits: Partial<RegistryLimits> = {}): Registry {
  return createRegistry(connectionTo(blob), { limits: { ...LIMITS, ...limits } });
}

export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

export function hasCode(...codes: readonly ErrorCode[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BrokerError, String(error));
    assert.ok(codes.includes(error.code), `${error.code}: ${error.message}`);
    return true;
  };
}

export async function failure(work: Promise<unknown>): Promise<BrokerError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof BrokerError) return error;
    throw error;
  }
  assert.fail("expected a failure");
}
