import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A signer of JSON web tokens with RS256, and its public keys as an issuer publishes them. */
export interface TokenSigner {
  readonly keySet: { readonly keys: readonly object[] };
  sign(claims: object, header?: object): string;
}

export function createTokenSigner(kid = "1"): TokenSigner {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    keySet: { keys: [{ ...publicKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" }] },
    sign: (claims, header = { alg: "RS256", kid }) => signToken(claims, header, privateKey),
  };
}

function signToken(claims: object, header: object, key: KeyObject): string {
  const encode = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}
