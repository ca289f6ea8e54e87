import type { Attached } from "@tidewaiter/inventory";
import type { ImageIndex } from "@tidewaiter/oci";

/** What a registry lists as attached to a manifest. */
export interface Referrer {
  readonly digest: string;
  readonly artifactType: string;
}

const MAX_ATTACHED = 100;
/** By artifact type: cosign's and Notary's signatures, in-toto statements, and bills of materials. */
const KINDS: readonly (readonly [Attached["kind"], RegExp])[] = [
  ["attestation", /dsse|in-toto|attestation/i],
  ["signature", /simplesigning|sigstore\.bundle|cosign\.artifact\.sig|signature/i],
  ["sbom", /spdx|cyclonedx|syft|sbom/i],
];

/** What is attached to an image, by its registry's word and by entries of its index that Docker's builder writes for it. */
export function toAttached(
  referrers: readonly Referrer[],
  index: Pick<ImageIndex, "manifests"> | undefined,
  imageDigest: string,
): Attached[] {
  const built = (index?.manifests ?? []).filter(
    ({ annotations }) =>
      annotations?.["vnd.docker.reference.type"] === "attestation-manifest" &&
      annotations["vnd.docker.reference.digest"] === imageDigest,
  );
  const all = [...referrers.map(fromReferrer), ...built.map(fromBuilder)];
  return [...new Map(all.map((entry) => [entry.digest, entry])).values()].slice(0, MAX_ATTACHED);
}

function fromReferrer({ digest, artifactType }: Referrer): Attached {
  const [kind = "other"] = KINDS.find(([, pattern]) => pattern.test(artifactType)) ?? [];
  return { digest, kind, artifactType: artifactType.slice(0, 256) };
}

function fromBuilder({ digest, artifactType, mediaType }: ImageIndex["manifests"][number]): Attached {
  return { digest, kind: "attestation", artifactType: (artifactType ?? mediaType).slice(0, 256) };
}
