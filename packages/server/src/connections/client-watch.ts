import type { Audit } from "../access/audit.ts";
import type { Db } from "../store/open.ts";
import type { TunnelClient } from "../tunnel/index.ts";

const ACTION = "clients.new";

/** Records a client id or address that this connection has not seen before: a stolen token shows here. */
export function createClientWatch(audit: Audit, db: Db) {
  return async (connectionId: string, { clientId, address, version }: TunnelClient): Promise<void> => {
    const known = await db
      .selectFrom("audit")
      .select("id")
      .where("action", "=", ACTION)
      .where("connection_id", "=", connectionId)
      .where("target", "=", clientId)
      .where("address", "=", address)
      .executeTakeFirst();
    if (known) return;
    await audit.record({
      actor: "broker client",
      action: ACTION,
      target: clientId,
      connectionId,
      address,
      detail: { version },
    });
  };
}
