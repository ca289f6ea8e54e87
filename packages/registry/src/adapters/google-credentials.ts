import { BrokerError, Secret } from "@tidewaiter/runtime";
import { type Dispatcher, fetch } from "undici";
import { type Credential, fixedCredential } from "../auth/credential.ts";
import type { AccessToken } from "../auth/token-cache.ts";
import { networkError } from "../http/network-error.ts";
import type { AdapterContext, CredentialContext, MintedCredentials, RegistryAdapter } from "./adapter.ts";
import { type GoogleKey, readGoogleKey } from "./google-key.ts";

const SCOPES = ["https://www.googleapis.com/auth/cloud-platform.read-only"];
const PUBLIC_TOKEN_URL = "https://oauth2.googleapis.com/token";
const LIFETIME_MS = 55 * 60_000;
const DOCKER_USER = "oauth2accesstoken";

/** What Google's adapters need beside the registry's credential. */
export interface GoogleAccess {
  /** Headers for Google's own APIs. */
  headers(signal?: AbortSignal): Promise<Readonly<Record<string, string>>>;
  readonly projectId?: string;
}

/**
 * Credentials for Google's registries: an access token made from the key by Google's library, or by the workload's own identity
 * when no password is given. A token that somebody else made is taken as it is.
 */
export function googleCredentials(create: (context: AdapterContext, google: GoogleAccess) => RegistryAdapter) {
  return (context: CredentialContext): MintedCredentials => {
    const { connection, tokens } = context;
    const { username = DOCKER_USER, password } = connection;
    const key = readGoogleKey(connection);
    if (password && !key) {
      // A key that cannot be read may still be good for the registry itself, which takes it as it was pasted.
      const bearer = username === DOCKER_USER ? { authorization: `Bearer ${password.reveal()}` } : {};
      const access = { headers: async () => bearer as Readonly<Record<string, string>> };
      return { ...fixedCredential({ username, password }), create: (adapterContext) => create(adapterContext, access) };
    }
    const cacheKey = ["google", key?.client_email ?? "workload", password?.fingerprint()].join("\n");
    const origin = new WeakMap<Credential, Secret>();
    const token = (signal?: AbortSignal): Promise<Secret> => tokens.get(cacheKey, () => mint(key, context), signal);
    const access: GoogleAccess = {
      headers: async (signal) => ({ authorization: `Bearer ${(await token(signal)).reveal()}` }),
      projectId: key?.project_id,
    };
    return {
      async current(signal) {
        const secret = await token(signal);
        const credential = { username: DOCKER_USER, password: secret };
        origin.set(credential, secret);
        return credential;
      },
      renew(refused) {
        const secret = origin.get(refused);
        if (secret) tokens.drop(cacheKey, secret);
        return secret !== undefined;
      },
      create: (adapterContext) => create(adapterContext, access),
    };
  };
}

async function mint(key: GoogleKey | undefined, context: CredentialContext): Promise<AccessToken> {
  const { GoogleAuth, JWT } = await import("google-auth-library");
  const fetchImplementation = fetchThrough(context.transport.dispatcher, tokenUrl(key, context));
  const transporterOptions = { fetchImplementation: fetchImplementation as unknown as typeof globalThis.fetch };
  const client = key
    ? new JWT({ email: key.client_email, key: key.private_key, scopes: SCOPES, transporterOptions })
    : new GoogleAuth({ scopes: SCOPES, clientOptions: { transporterOptions } });
  try {
    const answer = await client.getAccessToken();
    const token = typeof answer === "string" ? answer : answer?.token;
    if (!token) throw new BrokerError("REGISTRY_PROTOCOL", "Google answered without an access token");
    return { token: new Secret(token), lifetimeMs: LIFETIME_MS };
  } catch (error) {
    throw googleError(error, key !== undefined);
  }
}

/** The library knows only the public address; a key may name the one of a private or restricted access. */
function tokenUrl(key: GoogleKey | undefined, { connection }: CredentialContext): URL {
  const url = URL.parse(key?.token_uri ?? PUBLIC_TOKEN_URL);
  const isGoogle = url?.protocol === "https:" && url.hostname.endsWith(".googleapis.com");
  if (url && (isGoogle || connection.tokenHosts.includes(url.host))) return url;
  return new URL(PUBLIC_TOKEN_URL);
}

function fetchThrough(dispatcher: Dispatcher, tokens: URL) {
  return (input: string | URL, init: object = {}): ReturnType<typeof fetch> => {
    const url = String(input) === PUBLIC_TOKEN_URL ? tokens : input;
    return fetch(url, { ...init, dispatcher });
  };
}

function googleError(error: unknown, hasKey: boolean): unknown {
  if (error instanceof BrokerError || !(error instanceof Error)) return error;
  const status = "status" in error ? Number(error.status) : undefined;
  const mapped = status === undefined || Number.isNaN(status) ? networkError(error, new URL(PUBLIC_TOKEN_URL)) : error;
  if (mapped instanceof BrokerError) return mapped;
  // The library's errors carry the whole call; only their first words are passed on.
  return new BrokerError(
    "REGISTRY_UNAUTHORIZED",
    hasKey ? "Google does not accept the service account's key" : "the agent has no Google identity",
    {
      likely: hasKey
        ? "the key was deleted or disabled, or was damaged when it was pasted"
        : "no workload identity or key file is there",
      action: hasKey
        ? "make a new key and set it as CR_PASSWORD, with CR_USERNAME=_json_key"
        : "give the agent a workload identity, or set CR_PASSWORD to a key",
    },
  );
}
