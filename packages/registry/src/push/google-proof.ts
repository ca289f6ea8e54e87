import { verify } from "node:crypto";
import type { Clock, Secret } from "@tidewaiter/runtime";
import { z } from "zod";
import type { PublicKeys } from "./google-keys.ts";
import { isEqual } from "./proofs.ts";
import type { PushDelivery } from "./push-reader.ts";

const ISSUERS = ["https://accounts.google.com", "accounts.google.com"];
const LEEWAY_S = 60;
const MAX_TOKEN_LENGTH = 8_192;
const headerSchema = z.object({ alg: z.literal("RS256"), kid: z.string().max(200) });
const claimsSchema = z.object({
  iss: z.enum(ISSUERS),
  aud: z.string(),
  exp: z.number(),
  email_verified: z.literal(true),
});

/**
 * Whether a delivery of Pub/Sub carries an identity token that Google signed for this hook (reference, section 5). Anybody may let
 * Google sign a token for any audience, so the subscription's audience is the hook's secret, which only its owner knows.
 */
export async function isSignedByGoogle(
  { headers }: PushDelivery,
  secret: Secret,
  keys: PublicKeys,
  clock: Clock,
): Promise<boolean> {
  const [, token = ""] = /^bearer\s+(\S+)$/i.exec([headers.authorization ?? ""].flat()[0] ?? "") ?? [];
  const [header = "", payload = "", signature = ""] = token.length > MAX_TOKEN_LENGTH ? [] : token.split(".");
  const claims = claimsSchema.safeParse(decode(payload)).data;
  const head = headerSchema.safeParse(decode(header)).data;
  // What costs nothing to check comes first, so that strangers cannot make us fetch keys.
  if (!head || !claims || !isEqual(claims.aud, secret.reveal())) return false;
  if (claims.exp + LEEWAY_S < clock.now() / 1000) return false;
  const key = await keys.find(head.kid);
  const signed = Buffer.from(`${header}.${payload}`);
  return key !== undefined && verify("RSA-SHA256", signed, key, Buffer.from(signature, "base64url"));
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
