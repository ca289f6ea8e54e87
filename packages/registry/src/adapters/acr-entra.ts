import { BrokerError, createRedactor, retry, Secret } from "@tidewaiter/runtime";
import { z } from "zod";
import type { Credential } from "../auth/credential.ts";
import { jwtLifetimeS, readJwtClaims } from "../auth/jwt.ts";
import type { AccessToken } from "../auth/token-cache.ts";
import { answerError } from "../http/answer-error.ts";
import { readJson } from "../http/read-body.ts";
import type { CredentialContext, MintedCredentials } from "./adapter.ts";

const answerSchema = z.object({ refresh_token: z.string().min(1) });
/** Refresh tokens live for about three hours; one that does not say so is renewed each hour. */
const LIFETIME_S = 3_600;

/** A token of Entra names the tenant that it was made in; the registry's own refresh tokens do not. */
export function isEntraToken(token: Secret): boolean {
  return typeof readJwtClaims(token.reveal())?.tid === "string";
}

/** Trades a token of Entra for the registry's refresh token at `/oauth2/exchange` (reference, 4.3). */
export function entraCredentials(entra: Secret, username: string, context: CredentialContext): MintedCredentials {
  const key = ["entra", context.base.root.host, entra.fingerprint()].join("\n");
  const origin = new WeakMap<Credential, Secret>();
  return {
    async current(signal) {
      const identityToken = await context.tokens.get(key, () => exchange(entra, context), signal);
      const credential = { username, identityToken };
      origin.set(credential, identityToken);
      return credential;
    },
    renew(refused) {
      const token = origin.get(refused);
      if (token) context.tokens.drop(key, token);
      return token !== undefined;
    },
  };
}

function exchange(entra: Secret, { base, limits, transport }: CredentialContext): Promise<AccessToken> {
  const url = new URL("/oauth2/exchange", base.root);
  const redactor = createRedactor();
  redactor.add(entra);
  const form = {
    grant_type: "access_token",
    service: base.root.host,
    tenant: String(readJwtClaims(entra.reveal())?.tid),
    access_token: entra.reveal(),
  };
  const signal = AbortSignal.timeout(limits.tokenTimeoutMs);
  const once = async (): Promise<AccessToken> => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams(form).toString();
    const answer = await transport.send({ method: "POST", url, headers, body, signal });
    if (answer.status >= 300) {
      throw await answerError(answer, { kind: "token", name: "Entra exchange" }, limits.maxErrorBytes, redactor.text);
    }
    const parsed = answerSchema.safeParse(await readJson(answer, limits.maxTokenBytes, "the refresh token"));
    if (!parsed.success) throw new BrokerError("REGISTRY_PROTOCOL", `${url.host} answered without a refresh token`);
    const token = new Secret(parsed.data.refresh_token);
    return { token, lifetimeMs: (jwtLifetimeS(token.reveal()) ?? LIFETIME_S) * 1000 };
  };
  return retry(once, { policy: limits.retry, signal });
}
