import { type CredentialBlob, encodeCredentials, registryTypeSchema } from "@tidewaiter/contract";
import { configInvalid, type Secret } from "@tidewaiter/runtime";
import type { ClientSettings } from "./settings.ts";

/**
 * The credential blob that the agent reads: given ready, or made from the CR_ variables as real JSON.
 *
 * @throws {BrokerError} CONFIG_INVALID for an unknown registry type.
 */
export function registryCredentials(settings: ClientSettings): Secret | undefined {
  if (settings.CR_CREDENTIALS) return settings.CR_CREDENTIALS;
  if (settings.CR_TYPE === undefined) return undefined;
  const type = registryTypeSchema.safeParse(settings.CR_TYPE);
  if (!type.success) throw configInvalid([{ path: "CR_TYPE", reason: type.error.issues[0]?.message ?? "is unknown" }]);
  return encodeCredentials(withOptions({ type: type.data, ...identityOf(type.data, settings) }, settings));
}

function identityOf(type: string, settings: ClientSettings): Partial<CredentialBlob> {
  const { CR_USERNAME, CR_PASSWORD, CR_TOKEN, CR_BASE, CR_ROLE_ARN } = settings;
  if (type === "ecr") return { roleArn: CR_ROLE_ARN, registryBase: CR_BASE };
  const token = CR_TOKEN?.reveal();
  if (type === "digitalocean-cr") return { username: token, password: token, registryBase: CR_BASE };
  return { username: CR_USERNAME, password: CR_PASSWORD?.reveal(), registryBase: CR_BASE };
}

/** Options travel in `extra`, which the vendor's agent ignores where it does not know a key. */
function withOptions(blob: CredentialBlob, settings: ClientSettings): CredentialBlob {
  const extra = {
    region: settings.CR_REGION,
    externalId: settings.CR_EXTERNAL_ID?.reveal(),
    ca: settings.TIDEWAITER_CR_CA,
    plainHttp: settings.TIDEWAITER_CR_PLAIN_HTTP,
    skipTlsVerify: settings.TIDEWAITER_CR_SKIP_TLS_VERIFY,
    apiToken: settings.TIDEWAITER_CR_API_TOKEN?.reveal(),
    apiUrl: settings.TIDEWAITER_CR_API_URL,
    repositories: settings.TIDEWAITER_CR_REPOSITORIES,
    platforms: settings.TIDEWAITER_CR_PLATFORMS,
    allowForeignLayers: settings.TIDEWAITER_CR_ALLOW_FOREIGN_LAYERS,
    tokenHosts: settings.TIDEWAITER_CR_TOKEN_HOSTS,
  };
  return Object.values(extra).some((value) => value !== undefined) ? { ...blob, extra } : blob;
}
