import { Secret } from "@tidewaiter/runtime";

/** What a registry is shown. Without any of it, calls are anonymous. */
export interface Credential {
  readonly username?: string;
  readonly password?: Secret;
  /** Traded for access tokens by `grant_type=refresh_token` instead of a password. */
  readonly identityToken?: Secret;
  /** Sent as Basic with the first call, without waiting to be asked. */
  readonly isPreemptive?: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Gives the present credential; minted ones are renewed shortly before they end, or when told that they are refused. */
export interface CredentialSource {
  current(signal?: AbortSignal): Promise<Credential>;
  /** Forgets a minted credential that was refused; false when there is nothing to renew. */
  renew(refused: Credential): boolean;
}

/** The user name under which Docker's credential helpers give an identity token in place of a password. */
const IDENTITY_USER = "<token>";

/** A connection's user and password as they stand, or its identity token. */
export function connectionCredential({ username, password }: Pick<Credential, "username" | "password">): Credential {
  return username === IDENTITY_USER ? { identityToken: password } : { username, password };
}

export function fixedCredential(credential: Credential): CredentialSource {
  return { current: async () => credential, renew: () => false };
}

export function isAnonymous({ username, password, identityToken }: Credential): boolean {
  return !identityToken && !(username && password);
}

/** `Basic …`, or undefined for anonymous callers and identity tokens. */
export function basicHeader({ username, password }: Credential): string | undefined {
  if (!username || !password) return undefined;
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}`;
}

/** Headers of a call with Basic; none for anonymous callers. */
export function basicHeaders(credential: Credential): Readonly<Record<string, string>> {
  const authorization = basicHeader(credential);
  return authorization ? { authorization } : {};
}

/** Name of a credential in cache keys: equal ones share tokens, and it cannot be turned back. */
export function credentialKey({ username = "", password, identityToken }: Credential): string {
  return new Secret([username, password?.reveal(), identityToken?.reveal()].join("\n")).fingerprint();
}
