import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Secret } from "@tidewaiter/runtime";
import type { PushDelivery } from "./push-reader.ts";

type Proof = (delivery: PushDelivery, secret: Secret) => boolean;

/** The agreed value in a header, bare or after a scheme. */
export function headerProof(...names: readonly string[]): Proof {
  return ({ headers }, secret) =>
    names.some((name) => {
      const value = [headers[name] ?? ""].flat()[0] ?? "";
      return (
        isEqual(value, secret.reveal()) || isEqual(value.replace(/^(bearer|token|basic)\s+/i, ""), secret.reveal())
      );
    });
}

/** An HMAC of the body in a header, in hex, with or without the algorithm's name in front. */
export function hmacProof(name: string, algorithm: "sha1" | "sha256"): Proof {
  return ({ headers, body }, secret) => {
    const value = [headers[name] ?? ""].flat()[0] ?? "";
    const expected = createHmac(algorithm, secret.reveal()).update(body).digest("hex");
    return isEqual(value.replace(/^sha\d+=/i, "").toLowerCase(), expected);
  };
}

export function anyProof(...proofs: readonly Proof[]): Proof {
  return (delivery, secret) => proofs.some((isProven) => isProven(delivery, secret));
}

/** In constant time, also for values of different length. */
export function isEqual(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
