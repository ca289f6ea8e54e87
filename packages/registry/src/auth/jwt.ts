type Claims = Readonly<Record<string, unknown>>;

/** What a JWT says of itself, not verified; undefined for what is no JWT. */
export function readJwtClaims(token: string): Claims | undefined {
  const [, payload, signature] = token.split(".");
  if (!payload || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds between a JWT's issue and its end: both by the server's clock, so ours does not matter. */
export function jwtLifetimeS(token: string): number | undefined {
  const { exp, iat } = readJwtClaims(token) ?? {};
  return typeof exp === "number" && typeof iat === "number" && exp > iat ? exp - iat : undefined;
}
