import type { FilterDecision } from "./filter/matcher.ts";

export const HTTP_DENIAL = "Request does not match any accept rule, blocking HTTP request";
export const TUNNEL_DENIAL = "[Websocket Flow][Blocked Request] Does not match any accept rule";

/** The vendor's answer to a request that no rule allows (protocol 1.9), with the rule that came nearest. */
export function denialBody(reason: string, url: string, decision: FilterDecision): Record<string, unknown> {
  const { nearest, problem } = decision.kind === "denied" ? decision : { nearest: undefined, problem: undefined };
  return {
    code: "FILTER_BLOCKED",
    message: "blocked",
    reason,
    url,
    ...(problem && { problem }),
    ...(nearest && { nearest }),
  };
}
