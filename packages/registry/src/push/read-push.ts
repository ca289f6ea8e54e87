import type { PushEvent, RegistryType } from "@tidewaiter/contract";
import { isDigest, isRepository, isTag } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import { ecrPush, googlePush } from "./clouds.ts";
import { acrPush, distributionPush } from "./distribution.ts";
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

/**
 * A registry's delivery as push events. The proof is checked first, over the raw bytes and in constant time; where no secret was
 * agreed on, or the vendor has no proof, the events are only hints to look (`isAuthentic` false).
 *
 * @throws {BrokerError} UNAUTHENTICATED when an agreed proof is missing or wrong, PAYLOAD_TOO_LARGE, INPUT_INVALID when the body cannot be read.
 */
export function readPush(delivery: PushDelivery): readonly Omit<PushEvent, "hookId">[] {
  const { type, body, secret } = delivery;
  const format = FORMATS[type];
  if (!format) throw new BrokerError("INPUT_INVALID", `registries of type ${type} send no push events`);
  if (body.byteLength > MAX_BODY_BYTES)
    throw new BrokerError("PAYLOAD_TOO_LARGE", "the push event is larger than 1 MiB");
  const isAuthentic = secret !== undefined && format.isProven !== undefined;
  if (secret && format.isProven && !format.isProven(delivery, secret)) {
    throw new BrokerError("UNAUTHENTICATED", "the push event is not signed with this hook's secret", {
      likely: "the registry was given another secret, or none",
      action: "set the hook's secret in the registry's webhook settings",
    });
  }
  return read(format, body, type)
    .filter(isWellFormed)
    .map((event) => ({ ...event, isAuthentic }));
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
