import { z } from "zod";
import { headerProof } from "./proofs.ts";
import { type Pushed, type PushFormat, timeOf } from "./push-reader.ts";

const MANIFEST_TYPE = /manifest|image\.index/;
const targetSchema = z.object({
  mediaType: z.string().nullish(),
  digest: z.string().nullish(),
  repository: z.string(),
  tag: z.string().nullish(),
});
const eventSchema = z.object({ action: z.string(), timestamp: z.string().nullish(), target: targetSchema });
const envelopeSchema = z.object({ events: z.array(eventSchema.or(z.unknown())).max(1_000) });

/** Notifications of distribution (also GitLab's): layers and pulls come too and are passed over. */
export const distributionPush: PushFormat = {
  isProven: headerProof("authorization"),
  read: (json) => envelopeSchema.parse(json).events.flatMap((event) => readTargetEvent(event)),
};

const acrSchema = z.object({ action: z.string(), timestamp: z.string().nullish(), target: targetSchema.nullish() });
const gridSchema = z.array(z.object({ eventType: z.string().nullish(), data: z.unknown() }));

/** Azure's own webhook, or Event Grid's list that wraps it. `ping` has no target. */
export const acrPush: PushFormat = {
  isProven: headerProof("authorization"),
  read: (json) => {
    const grid = gridSchema.safeParse(json);
    if (grid.success) return grid.data.flatMap(({ data }) => readTargetEvent(data));
    acrSchema.parse(json);
    return readTargetEvent(json);
  },
};

function readTargetEvent(json: unknown): Pushed[] {
  const { data } = eventSchema.safeParse(json);
  if (!data || (data.action !== "push" && data.action !== "delete")) return [];
  const { repository, tag, digest, mediaType } = data.target;
  if (data.action === "push" && mediaType && !MANIFEST_TYPE.test(mediaType)) return [];
  return [
    {
      action: data.action,
      repository,
      ...(tag && { tag }),
      ...(digest && { digest }),
      at: timeOf(data.timestamp),
    },
  ];
}
