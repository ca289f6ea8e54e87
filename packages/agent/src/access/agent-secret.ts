import { createHash, timingSafeEqual } from "node:crypto";
import { AGENT_HEADERS } from "@tidewaiter/contract";
import { BrokerError, type Secret } from "@tidewaiter/runtime";
import type { RequestHandler } from "express";

/** Refuses requests that do not carry the secret in `x-tidewaiter-secret`; lets all pass when none is set. */
export function requireSecret(secret: Secret | undefined): RequestHandler {
  return (req, _res, next) => {
    if (!secret || isEqual(req.get(AGENT_HEADERS.secret) ?? "", secret.reveal())) return next();
    next(
      new BrokerError("UNAUTHENTICATED", "the agent's secret is missing or wrong", {
        likely: "TIDEWAITER_AGENT_SECRET differs between broker client and agent",
        action: "set the same TIDEWAITER_AGENT_SECRET on both",
      }),
    );
  };
}

/** Hashes have one length, so that the comparison tells nothing of the secret's. */
function isEqual(given: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
