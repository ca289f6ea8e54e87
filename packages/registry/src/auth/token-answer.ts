import { BrokerError, Secret } from "@tidewaiter/runtime";
import { z } from "zod";
import { jwtLifetimeS } from "./jwt.ts";
import type { AccessToken } from "./token-cache.ts";

const text = z.string().min(1);
const answerSchema = z.object({
  token: text.optional().catch(undefined),
  access_token: text.optional().catch(undefined),
  refresh_token: text.optional().catch(undefined),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  issued_at: z.string().optional().catch(undefined),
});

const DEFAULT_LIFETIME_S = 60;
const MAX_HINT_S = 3_600;

export interface TokenAnswer extends AccessToken {
  /** Replaces the password in later exchanges. */
  readonly refreshToken?: Secret;
}

/**
 * Reads a token server's answer (distribution token specification): `token` or `access_token`, 60 seconds when no lifetime is
 * named, unless the token itself is a JWT that says how long it was made for.
 *
 * @throws {BrokerError} REGISTRY_PROTOCOL when there is no token in it.
 */
export function readTokenAnswer(json: unknown, host: string, now: number = Date.now()): TokenAnswer {
  const parsed = answerSchema.safeParse(json);
  const token = parsed.data?.token ?? parsed.data?.access_token;
  if (!parsed.success || !token) throw new BrokerError("REGISTRY_PROTOCOL", `${host} answered without a token`);
  const { expires_in: named, issued_at: issuedAt, refresh_token: refresh } = parsed.data;
  const hinted = Math.min(jwtLifetimeS(token) ?? DEFAULT_LIFETIME_S, MAX_HINT_S);
  const lifetimeS = Math.max(DEFAULT_LIFETIME_S, named ?? hinted);
  return {
    token: new Secret(token),
    lifetimeMs: lifetimeS * 1000 - ageMs(issuedAt, lifetimeS, now),
    ...(refresh && { refreshToken: new Secret(refresh) }),
  };
}

/** A cached answer may be older than its arrival. Clocks that disagree (issued in the future, or long ago) are not believed. */
function ageMs(issuedAt: string | undefined, lifetimeS: number, now: number): number {
  const age = now - Date.parse(issuedAt ?? "");
  return age > 0 && age < lifetimeS * 500 ? age : 0;
}
