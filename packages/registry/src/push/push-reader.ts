import type { PushEvent, RegistryType } from "@tidewaiter/contract";
import type { Secret } from "@tidewaiter/runtime";

/** One delivery of a registry, as it came. */
export interface PushDelivery {
  readonly type: RegistryType;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  /** What was agreed on when the hook was registered. */
  readonly secret?: Secret;
}

/** A push in our own words, before it is known which hook it came by and whether it was proven. */
export type Pushed = Pick<PushEvent, "action" | "repository" | "tag" | "digest" | "at">;

/** How a vendor proves a delivery, and how its payload is read. */
export interface PushFormat {
  /** Undefined where the vendor has no proof. */
  readonly isProven?: (delivery: PushDelivery, secret: Secret) => boolean;
  /** Whose public keys prove a delivery, too. */
  readonly signer?: "google";
  /** Reads parsed JSON; what is no push of an image gives nothing. Throws a ZodError for another form. */
  readonly read: (json: unknown) => readonly Pushed[];
}

/** A time in any of the vendors' forms as the contract has it; undefined when it is none. */
export function timeOf(value: string | number | null | undefined): string | undefined {
  const date = new Date(value ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
