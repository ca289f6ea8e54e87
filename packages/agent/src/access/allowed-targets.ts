import type { RegistryConnection } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import picomatch from "picomatch";

/** Role name of an agent's own cloud identity, for requests that bring neither role nor password. */
const AMBIENT = "ambient";
const CLOUD_TYPES: ReadonlySet<string> = new Set(["ecr", "acr", "gcr", "google-artifact-cr"]);

export interface AllowedTargets {
  /** @throws {BrokerError} FORBIDDEN for a role, a token host or a listing address outside the lists. */
  checkConnection(target: RegistryConnection): void;
  /** @throws {BrokerError} FORBIDDEN for a registry outside the list. `address` has a host, and may have a port and a path. */
  checkAddress(address: string): void;
}

/** What the agent may call for those who ask. A list that is not set allows all. */
export function createAllowedTargets(
  registries: readonly string[] | undefined,
  roleArns: readonly string[] | undefined,
): AllowedTargets {
  const isHostAllowed = registries ? picomatch([...registries], { nocase: true, dot: true }) : () => true;
  const isRoleAllowed = roleArns ? globsOfArns(roleArns) : () => true;
  const checkAddress = (address: string): void => {
    const host = hostOf(address);
    if (isHostAllowed(host) || isHostAllowed(host.replace(/:\d+$/, ""))) return;
    throw forbidden(`the registry ${host}`, "TIDEWAITER_ALLOWED_REGISTRIES");
  };
  return {
    checkAddress,
    checkConnection(target) {
      for (const address of [target.apiUrl, ...target.tokenHosts]) if (address) checkAddress(address);
      const role = target.roleArn ?? (isAmbient(target) ? AMBIENT : undefined);
      if (role !== undefined && !isRoleAllowed(role))
        throw forbidden(`the role ${role}`, "TIDEWAITER_ALLOWED_ROLE_ARNS");
    },
  };
}

function isAmbient({ type, password }: RegistryConnection): boolean {
  return CLOUD_TYPES.has(type) && password === undefined;
}

/** In an ARN the star runs over slashes too: `role/*` is meant to cover role paths. */
function globsOfArns(globs: readonly string[]): (arn: string) => boolean {
  const patterns = globs.map((glob) => new RegExp(`^${glob.split("*").map(escapeText).join(".*")}$`));
  return (arn) => patterns.some((pattern) => pattern.test(arn));
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function hostOf(address: string): string {
  const url = URL.parse(address.includes("://") ? address : `https://${address}`);
  return url?.host || address;
}

function forbidden(what: string, variable: string): BrokerError {
  return new BrokerError("FORBIDDEN", `the agent may not use ${what}`, {
    likely: `it is not among those that ${variable} of the agent names`,
    action: `add it to ${variable} if it is meant to be used`,
  });
}
