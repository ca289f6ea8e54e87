import { z } from "zod";
import { headerProof } from "./proofs.ts";
import { type PushFormat, timeOf } from "./push-reader.ts";

const ecrSchema = z.object({
  time: z.string().nullish(),
  detail: z.object({
    result: z.string().nullish(),
    "repository-name": z.string(),
    "image-digest": z.string().nullish(),
    "action-type": z.string(),
    "image-tag": z.string().nullish(),
  }),
});

/** ECR by EventBridge, delivered by an API destination with its header. */
export const ecrPush: PushFormat = {
  isProven: headerProof("authorization", "x-api-key"),
  read: (json) => {
    const { time, detail } = ecrSchema.parse(json);
    const action =
      detail["action-type"] === "PUSH" ? "push" : detail["action-type"] === "DELETE" ? "delete" : undefined;
    if (!action || detail.result === "FAILURE") return [];
    const [tag, digest] = [detail["image-tag"], detail["image-digest"]];
    return [
      {
        action,
        repository: detail["repository-name"],
        ...(tag && { tag }),
        ...(digest && { digest }),
        at: timeOf(time),
      },
    ];
  },
};

const pubSubSchema = z.object({ message: z.object({ data: z.base64(), publishTime: z.string().nullish() }) });
const googleSchema = z.object({ action: z.string(), digest: z.string().nullish(), tag: z.string().nullish() });

/** Google by a Pub/Sub push subscription with an identity token: names are whole addresses, host included. */
export const googlePush: PushFormat = {
  isProven: headerProof("authorization", "x-api-key"),
  signer: "google",
  read: (json) => {
    const { data, publishTime } = pubSubSchema.parse(json).message;
    const { action, digest, tag } = googleSchema.parse(JSON.parse(Buffer.from(data, "base64").toString("utf8")));
    const kind = action === "INSERT" ? "push" : action === "DELETE" ? "delete" : undefined;
    const [, repository, tagName] = /^[^/]+\/(.+?)(?::([^:/@]+))?$/.exec(tag ?? digest?.split("@")[0] ?? "") ?? [];
    if (!kind || !repository) return [];
    const hash = digest?.split("@")[1];
    return [
      {
        action: kind,
        repository,
        ...(tagName && { tag: tagName }),
        ...(hash && { digest: hash }),
        at: timeOf(publishTime),
      },
    ];
  },
};
