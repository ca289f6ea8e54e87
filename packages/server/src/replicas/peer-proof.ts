import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isSameHash } from "../store/ids.ts";
import { PROOF_HEADER } from "../tunnel/traffic-path.ts";

/** Clocks of servers may differ by as much, and a proof that somebody saw is of no use later. */
const MAX_SKEW_MS = 120_000;

/** A request as it came; a router has cut its `url` perhaps, but not its `originalUrl`. */
export interface SignedRequest extends Pick<IncomingMessage, "method" | "url" | "headers"> {
  readonly originalUrl?: string;
}

/** Proofs among servers that share a key: over method, path and time. */
export interface PeerProof {
  sign(method: string, path: string): string;
  /** Whether the request carries a proof that holds for it. */
  holds(req: SignedRequest): boolean;
}

export function createPeerProof(key: Uint8Array, now: () => number): PeerProof {
  const digest = (time: string, method: string, path: string): string =>
    createHmac("sha256", key).update(`${time}\n${method}\n${path}`).digest("hex");
  return {
    sign(method, path) {
      const time = String(now());
      return `${time}.${digest(time, method, path)}`;
    },
    holds({ method = "", url = "", originalUrl = url, headers }) {
      const [time = "", mac = ""] = String(headers[PROOF_HEADER] ?? "").split(".");
      if (!/^\d{1,15}$/.test(time) || Math.abs(now() - Number(time)) > MAX_SKEW_MS) return false;
      return isSameHash(mac, digest(time, method, originalUrl));
    },
  };
}
