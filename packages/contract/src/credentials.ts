import { BrokerError, Secret } from "@tidewaiter/runtime";
import { z } from "zod";
import { type RegistryType, registryTypeSchema } from "./registry-type.ts";

const text = z.string().max(16_384);
const lenientFlag = z.union([z.boolean(), z.stringbool()]).optional().catch(undefined);
const list = z.union([z.array(text), text.transform((value) => value.split(",").map((part) => part.trim()))]);

/** What may stand in `extra`: the vendor's ECR keys, and the options of a connection (`TIDEWAITER_CR_*`). Unknown keys are ignored. */
const extraSchema = z.object({
  region: text.optional(),
  externalId: text.optional(),
  /** PEM of the authority that issued the registry's certificate. */
  ca: text.optional(),
  plainHttp: lenientFlag,
  skipTlsVerify: lenientFlag,
  /** Token for the vendor's own listing API. */
  apiToken: text.optional(),
  apiUrl: text.optional(),
  /** Repositories where nothing can be listed. */
  repositories: list.optional(),
  platforms: list.optional(),
  allowForeignLayers: lenientFlag,
  /** Hosts that may be asked for tokens beside the registry's own. */
  tokenHosts: list.optional(),
});

const blobSchema = z.object({
  type: registryTypeSchema,
  username: text.optional(),
  password: text.optional(),
  registryBase: text.optional(),
  roleArn: text.optional(),
  extra: extraSchema.optional(),
});

/** The JSON inside the credential header, as it travels. */
export type CredentialBlob = z.input<typeof blobSchema> & { readonly type: RegistryType };

/** How to reach one registry, with its secrets as secrets. */
export interface RegistryConnection {
  readonly type: RegistryType;
  readonly base?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly roleArn?: string;
  readonly region?: string;
  readonly externalId?: Secret;
  readonly ca?: string;
  readonly isPlainHttp: boolean;
  readonly isTlsVerified: boolean;
  readonly apiToken?: Secret;
  readonly apiUrl?: string;
  readonly repositories: readonly string[];
  readonly platforms: readonly string[];
  readonly allowsForeignLayers: boolean;
  readonly tokenHosts: readonly string[];
}

/** Base64 of the blob as real JSON, so that quotes and backslashes in a password survive. */
export function encodeCredentials(blob: CredentialBlob): Secret {
  return new Secret(Buffer.from(JSON.stringify(blob)).toString("base64"));
}

/**
 * Reads the credential header: base64 of JSON, bare or after `Basic` or `Bearer`. Strict JSON first, then the vendor
 * client's pasted template, in which quotes inside the password are not escaped (a Google key, for example).
 *
 * @throws {BrokerError} UNAUTHENTICATED when there is no header, INPUT_INVALID when it cannot be read. Neither repeats it.
 */
export function decodeCredentials(header: string | undefined): RegistryConnection {
  const encoded = header?.trim().replace(/^(basic|bearer)\s+/i, "");
  if (!encoded) {
    throw new BrokerError("UNAUTHENTICATED", "no registry credentials in the request", {
      likely: "the request did not come through a broker client, or CR_CREDENTIALS is empty there",
      action: "call through the tunnel, with CR_TYPE and CR_BASE set on the broker client",
    });
  }
  const json = Buffer.from(encoded, "base64").toString("utf8");
  const parsed = blobSchema.safeParse(parseJson(json) ?? parseTemplate(json));
  if (!parsed.success) {
    const reason = parsed.error.issues
      .map(({ path, message }) => `${path.join(".") || "credentials"}: ${message}`)
      .join("; ");
    throw new BrokerError("INPUT_INVALID", `the registry credentials cannot be read: ${reason}`);
  }
  return toConnection(parsed.data);
}

/** The connection that a blob describes, for callers that have no header to read (the command line). */
export function toConnection(blob: z.output<typeof blobSchema>): RegistryConnection {
  const { extra = {} } = blob;
  const secret = (value: string | undefined): Secret | undefined => (value ? new Secret(value) : undefined);
  return {
    type: blob.type,
    base: blob.registryBase || undefined,
    username: blob.username || undefined,
    password: secret(blob.password),
    roleArn: blob.roleArn || undefined,
    region: extra.region || undefined,
    externalId: secret(extra.externalId),
    ca: extra.ca || undefined,
    isPlainHttp: extra.plainHttp ?? false,
    isTlsVerified: !(extra.skipTlsVerify ?? false),
    apiToken: secret(extra.apiToken),
    apiUrl: extra.apiUrl || undefined,
    repositories: extra.repositories?.filter((name) => name !== "") ?? [],
    platforms: extra.platforms?.filter((name) => name !== "") ?? [],
    allowsForeignLayers: extra.allowForeignLayers ?? false,
    tokenHosts: extra.tokenHosts?.filter((name) => name !== "") ?? [],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{"type":"…", "username":"…", "password":"…", "registryBase":"…"}` with anything between the quotes. */
function parseTemplate(text: string): unknown {
  const match =
    /^\s*\{\s*"type":\s*"(.*?)",\s*"username":\s*"(.*?)",\s*"password":\s*"(.*)",\s*"registryBase":\s*"(.*?)"\s*\}\s*$/s.exec(
      text,
    );
  if (!match) return undefined;
  const [, type, username, password, registryBase] = match;
  return { type, username, password, registryBase };
}
