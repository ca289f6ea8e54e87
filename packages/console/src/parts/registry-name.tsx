import type { JSX } from "preact";
import type { RegistryType } from "../api/types/index.ts";

/** Letters and hue that tell registry types apart at a glance; no vendor's artwork. */
const BADGES: Record<RegistryType, readonly [letters: string, name: string]> = {
  "artifactory-cr": ["Ar", "Artifactory"],
  "harbor-cr": ["Ha", "Harbor"],
  acr: ["Az", "Azure"],
  gcr: ["Gc", "Google GCR"],
  ecr: ["Ec", "Amazon ECR"],
  "google-artifact-cr": ["Ga", "Google Artifact"],
  "docker-hub": ["Dh", "Docker Hub"],
  "quay-cr": ["Qu", "Quay"],
  "nexus-cr": ["Nx", "Nexus"],
  "github-cr": ["Gh", "GitHub"],
  "digitalocean-cr": ["Do", "DigitalOcean"],
  "gitlab-cr": ["Gl", "GitLab"],
  ncr: ["Nc", "NHN Cloud"],
  oci: ["Oc", "OCI registry"],
  "docker-daemon": ["De", "Docker engine"],
};

export function registryName(type: RegistryType): string {
  return BADGES[type][1];
}

export function RegistryBadge({ type }: { type: RegistryType }): JSX.Element {
  const [letters, name] = BADGES[type];
  return (
    <span class="registry-badge" title={name} role="img" aria-label={name}>
      {letters}
    </span>
  );
}
