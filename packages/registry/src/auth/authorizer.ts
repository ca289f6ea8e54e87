import { BrokerError, type Secret } from "@tidewaiter/runtime";
import type { HttpAnswer } from "../http/transport.ts";
import { waitFor } from "../http/wait-for.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { basicHeader, type Credential, type CredentialSource, credentialKey } from "./credential.ts";
import type { TokenCache } from "./token-cache.ts";
import { requestToken, type TokenDemand, type TokenRequestContext } from "./token-request.ts";

/** What a call carries for authority, with what is needed to forget it when it is refused. */
export interface Grant {
  readonly header?: string;
  readonly credential: Credential;
  readonly scheme: "none" | "basic" | "bearer";
  readonly token?: { readonly key: string; readonly value: Secret; readonly scopes: readonly string[] };
}

/**
 * Finds the Authorization header of each call. A `target` names what is called (`repository/a/b`, `catalog`, `ping`): scopes are
 * remembered for each, always those that the registry demanded, the newest first.
 */
export interface Authorizer {
  /** The best that is known before the call. */
  grant(target: string, signal?: AbortSignal): Promise<Grant>;
  /** What to try after a 401; undefined when nothing new can be tried. */
  learn(target: string, answer: HttpAnswer, refused: Grant, signal?: AbortSignal): Promise<Grant | undefined>;
  /** Forgets what a 401 or 403 says has expired; true when another try may go better. */
  forget(refused: Grant): boolean;
  /** The token server that the last challenge named. */
  realm(): URL | undefined;
  /** Lets a target ask for a token without a scope: for catalogs, which answer strangers with an empty list. */
  allowUnscoped(target: string): void;
}

interface Service {
  readonly realm: URL;
  readonly service?: string;
}
const MAX_TARGETS = 10_000;

export function createAuthorizer(
  source: CredentialSource,
  tokens: TokenCache,
  context: TokenRequestContext,
): Authorizer {
  let service: Service | undefined;
  let isBasic = false;
  const scopesOf = new Map<string, readonly string[]>();
  const basicTargets = new Set<string>();
  const bearer = bearerGrants(tokens, context);

  const basic = (credential: Credential): Grant => {
    const header = basicHeader(credential);
    return { header, credential, scheme: header ? "basic" : "none" };
  };

  const remember = (target: string, scopes: readonly string[]): void => {
    scopesOf.delete(target);
    scopesOf.set(target, scopes);
    const [oldest] = scopesOf.keys();
    if (scopesOf.size > MAX_TARGETS && oldest !== undefined) scopesOf.delete(oldest);
  };

  return {
    async grant(target, signal) {
      const credential = await waitFor(source.current(signal), signal);
      if (credential.isPreemptive || isBasic || basicTargets.has(target)) return basic(credential);
      const scopes = scopesOf.get(target);
      if (service && scopes) return bearer({ ...service, scopes }, credential, signal);
      return { credential, scheme: "none" };
    },

    async learn(target, answer, refused, signal) {
      const challenges = parseChallenges(answer.headers("www-authenticate"));
      const demand = bearerDemand(challenges, answer.url);
      const { credential } = refused;
      if (demand) {
        const known = scopesOf.get(target) ?? [];
        const { token } = refused;
        if (token) {
          // Another job may have learned the scope meanwhile, so what counts is what this token was made for.
          const isNew = demand.scopes.some((scope) => !token.scopes.includes(scope));
          const isPermissionFault = challenges.some(({ params }) => params.error === "insufficient_scope");
          if (!isNew && isPermissionFault) return undefined;
          if (!isNew) tokens.drop(token.key, token.value);
        }
        // Some servers read only the first scope, so the newest demand leads.
        const scopes = [...demand.scopes, ...known.filter((scope) => !demand.scopes.includes(scope))];
        // Only a token server that gave something is remembered: one bad challenge must not spoil what follows.
        const grant = await bearer({ ...demand, scopes }, credential, signal);
        service = { realm: demand.realm, service: demand.service };
        remember(target, scopes);
        return grant;
      }
      const hasBasic = challenges.length === 0 || challenges.some(({ scheme }) => scheme === "basic");
      if (!hasBasic || refused.scheme === "basic" || !basicHeader(credential)) return undefined;
      // A registry may speak Basic for its catalog alone (Harbor), so only a first challenge speaks for all.
      if (service || target === "catalog") basicTargets.add(target);
      else isBasic = true;
      return basic(credential);
    },

    forget(refused) {
      if (refused.token) tokens.drop(refused.token.key, refused.token.value);
      return source.renew(refused.credential) || refused.token !== undefined;
    },

    realm: () => service?.realm,

    allowUnscoped(target) {
      if (service && !scopesOf.has(target)) remember(target, []);
    },
  };
}

type BearerGrants = (demand: TokenDemand, credential: Credential, signal?: AbortSignal) => Promise<Grant>;

/** Tokens from the cache or the token server; a refresh token that came along replaces the password from then on. */
function bearerGrants(tokens: TokenCache, context: TokenRequestContext): BearerGrants {
  const refreshTokens = new Map<string, Secret>();
  return async (demand, credential, signal) => {
    const identity = [demand.realm.href, demand.service ?? "", credentialKey(credential)].join("\n");
    const key = [identity, ...demand.scopes].join("\n");
    const fetch = async () => {
      const answer = await requestToken(demand, credential, refreshTokens.get(identity), context);
      if (answer.refreshToken) refreshTokens.set(identity, answer.refreshToken);
      return answer;
    };
    const value = await tokens.get(key, fetch, signal);
    const token = { key, value, scopes: demand.scopes };
    return { header: `Bearer ${value.reveal()}`, credential, scheme: "bearer", token };
  };
}

/** The first Bearer challenge with a realm that leads somewhere; a relative realm counts from the call (reference, 3.2). */
function bearerDemand(challenges: readonly Challenge[], url: URL): TokenDemand | undefined {
  for (const { scheme, params } of challenges) {
    const realm = scheme === "bearer" && params.realm ? URL.parse(params.realm, url.href) : null;
    if (!realm || !/^https?:$/.test(realm.protocol)) continue;
    const scopes = (params.scope ?? "").split(" ").filter((scope) => scope !== "");
    return { realm, scopes, ...(params.service && { service: params.service }) };
  }
  if (challenges.some(({ scheme }) => scheme === "bearer") && challenges.length === 1) {
    throw new BrokerError("REGISTRY_PROTOCOL", `${url.host} demands a token without saying where to get it`, {
      likely: "the registry's token realm is not configured, or a proxy removed it from the challenge",
      action: "set the realm in the registry's configuration (on Nexus: enable the Docker Bearer Token Realm)",
    });
  }
  return undefined;
}
