import { z } from "zod";

/** The vendor's twelve types, then ours. */
export const REGISTRY_TYPES = [
  "artifactory-cr",
  "harbor-cr",
  "acr",
  "gcr",
  "ecr",
  "google-artifact-cr",
  "docker-hub",
  "quay-cr",
  "nexus-cr",
  "github-cr",
  "digitalocean-cr",
  "gitlab-cr",
  "ncr",
  "oci",
  "docker-daemon",
] as const;
export type RegistryType = (typeof REGISTRY_TYPES)[number];

/** The vendor's client also sends `ElasticCR` for `ecr`. */
export const registryTypeSchema = z.preprocess(
  (value) => (value === "ElasticCR" ? "ecr" : value),
  z.enum(REGISTRY_TYPES, { error: `one of ${REGISTRY_TYPES.join(", ")}` }),
);
