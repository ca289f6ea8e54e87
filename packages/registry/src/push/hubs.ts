import { z } from "zod";
import { hmacProof } from "./proofs.ts";
import { type PushFormat, timeOf } from "./push-reader.ts";

const hubSchema = z.object({
  push_data: z.object({ tag: z.string(), pushed_at: z.number().nullish() }),
  repository: z.object({ repo_name: z.string() }),
});

/** Docker Hub: no digest and no proof, only an address that nobody can guess. */
export const dockerHubPush: PushFormat = {
  read: (json) => {
    const { push_data: data, repository } = hubSchema.parse(json);
    return [
      {
        action: "push",
        repository: repository.repo_name,
        tag: data.tag,
        at: timeOf(data.pushed_at && data.pushed_at * 1000),
      },
    ];
  },
};

const quaySchema = z.object({ repository: z.string(), updated_tags: z.array(z.string()).max(1_000) });

/** Quay: tags without digests and without proof. */
export const quayPush: PushFormat = {
  read: (json) => {
    const { repository, updated_tags: tags } = quaySchema.parse(json);
    return tags.map((tag) => ({ action: "push", repository, tag }));
  },
};

const packageSchema = z.object({
  name: z.string(),
  namespace: z.string().nullish(),
  package_type: z.string().nullish(),
  package_version: z.object({
    version: z.string().nullish(),
    created_at: z.string().nullish(),
    container_metadata: z
      .object({ tag: z.object({ name: z.string().nullish(), digest: z.string().nullish() }).nullish() })
      .nullish(),
  }),
});
const githubSchema = z.object({
  action: z.string(),
  registry_package: packageSchema.optional(),
  package: packageSchema.optional(),
});

/** GitHub's `registry_package` and `package` events; `ping` and other packages give nothing. */
export const githubPush: PushFormat = {
  isProven: hmacProof("x-hub-signature-256", "sha256"),
  read: (json) => {
    if (z.object({ zen: z.string() }).safeParse(json).success) return [];
    const { action, registry_package: registryPackage, package: plain } = githubSchema.parse(json);
    const found = registryPackage ?? plain;
    if (!found || !["published", "updated"].includes(action) || found.package_type?.toLowerCase() !== "container")
      return [];
    const { name, namespace, package_version: version } = found;
    const tag = version.container_metadata?.tag;
    const digest = tag?.digest ?? version.version;
    return [
      {
        action: "push",
        repository: (namespace && !name.startsWith(`${namespace}/`) ? `${namespace}/${name}` : name).toLowerCase(),
        ...(tag?.name && { tag: tag.name }),
        ...(digest?.startsWith("sha256:") && { digest }),
        at: timeOf(version.created_at),
      },
    ];
  },
};
