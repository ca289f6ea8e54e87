import { fixedCredential } from "../auth/credential.ts";
import type { CredentialContext, MintedCredentials } from "./adapter.ts";

/** For registries that look at the token only: a name is put in where none is given, since Basic needs one. */
export function tokenAlone({ connection: { username, password } }: CredentialContext): MintedCredentials {
  return fixedCredential({ username: username ?? (password ? "token" : undefined), password });
}
