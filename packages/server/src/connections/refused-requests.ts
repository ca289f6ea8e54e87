import type { Audit } from "../access/audit.ts";
import type { RefusedRequest, TunnelClient } from "../tunnel/index.ts";

const MAX_TARGET_CHARACTERS = 300;

/** Records a request that asked a broker client for a credential in a place where it must not stand: somebody tries to get at it. */
export function createRefusalRecorder(audit: Audit) {
  return (
    connectionId: string,
    { clientId, address }: TunnelClient,
    { method, path, requestId }: RefusedRequest,
  ): Promise<void> =>
    audit.record({
      actor: "broker client",
      action: "requests.refused",
      target: `${method} ${path}`.slice(0, MAX_TARGET_CHARACTERS),
      connectionId,
      address,
      detail: { code: "SUBSTITUTION_REFUSED", clientId, requestId },
    });
}
