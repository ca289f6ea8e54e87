import { z } from "zod";
import { headerProof } from "./proofs.ts";
import { type PushFormat, timeOf } from "./push-reader.ts";

const dataSchema = z.object({
  resources: z.array(z.object({ digest: z.string().nullish(), tag: z.string().nullish() })).max(1_000),
  repository: z.object({ repo_full_name: z.string() }),
});
const defaultSchema = z.object({ type: z.string(), occur_at: z.number().nullish(), event_data: dataSchema });
const cloudEventSchema = z.object({ type: z.string(), time: z.string().nullish(), data: dataSchema });

const ACTIONS: Readonly<Record<string, "push" | "delete">> = {
  PUSH_ARTIFACT: "push",
  DELETE_ARTIFACT: "delete",
  "harbor.artifact.pushed": "push",
  "harbor.artifact.deleted": "delete",
};

/** Harbor in its Default form or as CloudEvents; NCR is assumed to do the same. */
export const harborPush: PushFormat = {
  isProven: headerProof("authorization"),
  read: (json) => {
    const cloud = cloudEventSchema.safeParse(json);
    const plain = cloud.success ? undefined : defaultSchema.parse(json);
    const [type, data] = cloud.success ? [cloud.data.type, cloud.data.data] : [plain?.type ?? "", plain?.event_data];
    const action = ACTIONS[type];
    if (!action || !data) return [];
    const at = cloud.success ? timeOf(cloud.data.time) : timeOf(plain?.occur_at && plain.occur_at * 1000);
    return data.resources.map(({ digest, tag }) => ({
      action,
      repository: data.repository.repo_full_name,
      // An artifact without a tag has its digest for one.
      ...(tag && !tag.startsWith("sha256:") && { tag }),
      ...(digest && { digest }),
      at,
    }));
  },
};
