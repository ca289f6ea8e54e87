import type { PushEvent, RegistryType } from "@tidewaiter/contract";
import { isDigest, isRepository, isTag } from "@tidewaiter/oci";
import { BrokerError, type Clock, type OutboundOptions, systemClock } from "@tidewaiter/runtime";
import { z } from "zod";
import { createTransport } from "../http/transport.ts";
import { ecrPush, googlePush } from "./clouds.ts";
import { acrPush, distributionPush } from "./distribution.ts";
import { createPublicKeys, GOOGLE_KEYS_URL } from "./google-keys.ts";
import { isSignedByGoogle } from "./google-proof.ts";
import { harborPush } from "./harbor.ts";
import { dockerHubPush, githubPush, quayPush } from "./hubs.ts";
import type { PushDelivery, Pushed, PushFormat } from "./push-reader.ts";
import { artifactoryPush, nexusPush } from "./repository-managers.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/** Registries that tell of pushes (reference, section 5). The others are asked from time to time. */
const FORMATS: Readonly<Record<RegistryType, PushFormat | undefined>> = {
  acr: acrPush,
  "artifactory-cr": artifactoryPush,
  "digitalocean-cr": undefined,
  "docker-daemon": undefined,
  "docker-hub": dockerHubPush,
  ecr: ecrPush,
  gcr: googlePush,
  "github-cr": githubPush,
  "gitlab-cr": distributionPush,
  "google-artifact-cr": googlePush,
  "harbor-cr": harborPush,
  ncr: harborPush,
  "nexus-cr": nexusPush,
  oci: distributionPush,
  "quay-cr": quayPush,
};

export type ReadPush = readonly Omit<PushEvent, "hookId">[];

/**
 * A registry's delivery as push events. The proof is checked first, over the raw bytes and in constant time; where no secret was
 * agreed on, or the vendor has no proof, the events are only hints to look (`isAuthentic` false).
 *
 * @throws {BrokerError} UNAUTHENTICATED when an agreed proof is missing or wrong, PAYLOAD_TOO_LARGE, INPUT_INVALID when the body cannot be read.
 */
export function readPush(delivery: PushDelivery): ReadPush {
  const { secret } = delivery;
  const format = formatOf(delivery);
  if (!secret || !format.isProven) return readEvents(format, delivery, false);
  if (!format.isProven(delivery, secret)) throw unproven();
  return readEvents(format, delivery, true);
}

export interface PushReaderOptions {
  readonly outbound?: OutboundOptions;
  /** Where Google's keys are; a mirror of them in networks that do not reach Google. */
  readonly googleKeysUrl?: string;
  readonly clock?: Clock;
}

/** Reads deliveries as `readPush` does, and those that are proven by a vendor's public keys as well. */
export interface PushReader {
  /** @throws {BrokerError} what `readPush` throws, and the network's codes when keys cannot be had. */
  read(delivery: PushDelivery): Promise<ReadPush>;
  close(): Promise<void>;
}

export function createPushReader(options: PushReaderOptions = {}): PushReader {
  const { outbound = {}, googleKeysUrl = GOOGLE_KEYS_URL, clock = systemClock } = options;
  const transport = createTransport(outbound);
  const googleKeys = createPublicKeys(new URL(googleKeysUrl), transport, clock);
  return {
    async read(delivery) {
      const { secret } = delivery;
      const format = formatOf(delivery);
      const isSigned =
        secret && format.signer === "google" && (await isSignedByGoogle(delivery, secret, googleKeys, clock));
      return isSigned ? readEvents(format, delivery, true) : readPush(delivery);
    },
    close: transport.close,
  };
}

function formatOf({ type, body }: PushDelivery): PushFormat {
  const format = FORMATS[type];
  if (!format) throw new BrokerError("INPUT_INVALID", `registries of type ${type} send no push events`);
  if (body.byteLength > MAX_BODY_BYTES)
    throw new BrokerError("PAYLOAD_TOO_LARGE", "the push event is larger than 1 MiB");
  return format;
}

function readEvents(format: PushFormat, { body, type }: PushDelivery, isAuthentic: boolean): ReadPush {
  return read(format, body, type)
    .filter(isWellFormed)
    .map((event) => ({ ...event, isAuthentic }));
}

function unproven(): BrokerError {
  return new BrokerError("UNAUTHENTICATED", "the push event is not signed with this hook's secret", {
    likely: "the registry was given another secret, or none",
    action:
      "set the hook's secret in the registry's webhook settings (for Pub/Sub: as the audience of the subscription)",
  });
}

function read(format: PushFormat, body: Uint8Array, type: RegistryType): readonly Pushed[] {
  try {
    return format.read(JSON.parse(new TextDecoder().decode(body)));
  } catch (error) {
    const path = error instanceof z.ZodError ? error.issues[0]?.path.join(".") : undefined;
    throw new BrokerError("INPUT_INVALID", `the body is no ${type} push event${path ? ` (${path})` : ""}`, {
      cause: error,
    });
  }
}

/** Names that break the grammar are nobody's images. */
function isWellFormed({ repository, tag, digest }: Pushed): boolean {
  return isRepository(repository) && (tag === undefined || isTag(tag)) && (digest === undefined || isDigest(digest));
}
