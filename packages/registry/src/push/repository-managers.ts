import { z } from "zod";
import { anyProof, headerProof, hmacProof } from "./proofs.ts";
import { type PushFormat, timeOf } from "./push-reader.ts";

const nexusSchema = z.object({
  timestamp: z.string().nullish(),
  action: z.string(),
  component: z.object({ format: z.string(), name: z.string(), version: z.string().nullish() }).nullish(),
});
const NEXUS_ACTIONS: Readonly<Record<string, "push" | "delete">> = {
  CREATED: "push",
  UPDATED: "push",
  DELETED: "delete",
};

/** Nexus: component events, signed with HMAC-SHA1. */
export const nexusPush: PushFormat = {
  isProven: hmacProof("x-nexus-webhook-signature", "sha1"),
  read: (json) => {
    const { action, component, timestamp } = nexusSchema.parse(json);
    const kind = NEXUS_ACTIONS[action];
    if (!kind || component?.format !== "docker") return [];
    return [
      {
        action: kind,
        repository: component.name,
        ...(component.version && { tag: component.version }),
        at: timeOf(timestamp),
      },
    ];
  },
};

const artifactoryDataSchema = z.object({
  repo_key: z.string(),
  image_name: z.string(),
  tag: z.string().nullish(),
  sha256: z.string().nullish(),
});
const artifactorySchema = z.object({
  domain: z.string().nullish(),
  event_type: z.string(),
  data: artifactoryDataSchema,
});
const flatSchema = artifactoryDataSchema.extend({ event_type: z.string() });

/** Artifactory's domain `docker`; some versions wrap the fields in `data`. */
export const artifactoryPush: PushFormat = {
  isProven: anyProof(headerProof("x-jfrog-event-auth"), hmacProof("x-jfrog-event-auth", "sha256")),
  read: (json) => {
    const wrapped = artifactorySchema.safeParse(json);
    const { event_type: type, ...flat } = wrapped.success
      ? { event_type: wrapped.data.event_type, ...wrapped.data.data }
      : flatSchema.parse(json);
    const action = type === "pushed" ? "push" : type === "deleted" ? "delete" : undefined;
    if (!action) return [];
    const { repo_key: key, image_name: image, tag, sha256 } = flat;
    return [
      { action, repository: `${key}/${image}`, ...(tag && { tag }), ...(sha256 && { digest: `sha256:${sha256}` }) },
    ];
  },
};
