import type { RegistryType } from "@tidewaiter/contract";
import type { z } from "zod";
import type { registryTypeInfoSchema } from "../api/contract/connections.ts";

export type RegistryTypeInfo = z.output<typeof registryTypeInfoSchema>;
type Field = RegistryTypeInfo["fields"][number];
type Info = Omit<RegistryTypeInfo, "type">;

const field = (
  variable: string,
  label: string,
  hint: string,
  kind: "plain" | "secret" = "plain",
  isRequired = true,
): Field => ({
  variable,
  label,
  hint,
  isSecret: kind === "secret",
  isRequired,
});
const user = field("CR_USERNAME", "User name", "a service account with read rights only");
const password = field("CR_PASSWORD", "Password or access token", "stays on the broker client", "secret");
const apiToken = field(
  "TIDEWAITER_CR_API_TOKEN",
  "API token for listing",
  "without it, images are named by hand",
  "secret",
  false,
);

/** What the wizard asks for each type (vendor's types, then ours). */
const TYPES: Readonly<Record<RegistryType, Info>> = {
  "artifactory-cr": {
    label: "JFrog Artifactory",
    baseExample: "artifactory.example.com",
    fields: [user, password],
    canList: true,
    notes: ["With the repository-path method, CR_BASE carries the path: host/artifactory/api/docker/<repository>."],
  },
  "harbor-cr": {
    label: "Harbor",
    baseExample: "harbor.example.com",
    fields: [user, password],
    canList: true,
    notes: ["A robot account with pull and list rights is best; its name starts with robot$."],
  },
  acr: {
    label: "Azure Container Registry",
    baseExample: "name.azurecr.io",
    fields: [user, password],
    canList: true,
    notes: [],
  },
  gcr: {
    label: "Google Container Registry",
    baseExample: "gcr.io/project",
    fields: [
      field("CR_USERNAME", "User name", "_json_key"),
      field("CR_PASSWORD", "Service account key", "the JSON text of the key", "secret"),
    ],
    canList: true,
    notes: ["The user name is _json_key, the password the JSON of the service account key."],
  },
  ecr: {
    label: "Amazon ECR",
    baseExample: null,
    fields: [
      field("CR_ROLE_ARN", "Role to assume", "arn:aws:iam::123456789012:role/read-only"),
      field("CR_REGION", "Region", "eu-central-1"),
      field("CR_EXTERNAL_ID", "External id", "as the role's trust policy demands", "secret", false),
    ],
    canList: true,
    notes: ["The agent's own role must be allowed to assume the role."],
  },
  "google-artifact-cr": {
    label: "Google Artifact Registry",
    baseExample: "europe-docker.pkg.dev/project/repository",
    fields: [
      field("CR_USERNAME", "User name", "_json_key"),
      field("CR_PASSWORD", "Service account key", "the JSON text of the key", "secret"),
    ],
    canList: true,
    notes: ["The user name is _json_key, the password the JSON of the service account key."],
  },
  "docker-hub": {
    label: "Docker Hub",
    baseExample: null,
    fields: [user, password],
    canList: true,
    notes: ["Use a personal access token as the password."],
  },
  "quay-cr": {
    label: "Quay",
    baseExample: "quay.io",
    fields: [user, password, apiToken],
    canList: true,
    notes: ["A robot account with read rights is best; accounts behind single sign-on cannot pull with a password."],
  },
  "nexus-cr": {
    label: "Sonatype Nexus",
    baseExample: "nexus.example.com:5000",
    fields: [user, password],
    canList: true,
    notes: [
      "The Docker bearer-token realm must be active, and the address must be the image port, not the user interface's.",
    ],
  },
  "github-cr": {
    label: "GitHub Container Registry",
    baseExample: "ghcr.io",
    fields: [user, password, apiToken],
    canList: false,
    notes: ["The password is a personal access token with read:packages; the same token can list."],
  },
  "digitalocean-cr": {
    label: "DigitalOcean",
    baseExample: "registry.digitalocean.com/name",
    fields: [field("CR_TOKEN", "API token", "stays on the broker client", "secret")],
    canList: true,
    notes: [],
  },
  "gitlab-cr": {
    label: "GitLab Container Registry",
    baseExample: "registry.gitlab.com",
    fields: [user, password, apiToken],
    canList: false,
    notes: ["A deploy token with read_registry pulls; listing needs an API token with read_api."],
  },
  ncr: {
    label: "NHN Container Registry",
    baseExample: "id-kr1-registry.container.nhncloud.com/name",
    fields: [
      field("CR_USERNAME", "User access key", "of a member with read rights"),
      field("CR_PASSWORD", "Secret access key", "renew it every 90 days", "secret"),
    ],
    canList: true,
    notes: [],
  },
  oci: {
    label: "Any OCI registry",
    baseExample: "registry.example.com:5000",
    fields: [
      { ...user, isRequired: false },
      { ...password, isRequired: false },
    ],
    canList: true,
    notes: ["Without credentials the registry is read anonymously."],
  },
  "docker-daemon": {
    label: "Local container engine",
    baseExample: null,
    fields: [],
    canList: true,
    notes: ["The agent reads the engine's socket."],
  },
};

export function listRegistryTypes(): RegistryTypeInfo[] {
  return Object.entries(TYPES).map(([type, info]) => ({ type: type as RegistryType, ...info }));
}

export function registryTypeInfo(type: RegistryType): RegistryTypeInfo {
  return { type, ...TYPES[type] };
}
