import type { RegistryType } from "@tidewaiter/contract";
import type { ConnectionCheck, ConnectionOptions, ConnectionView } from "../api/contract/connections.ts";
import type { Schedule } from "../api/contract/schedule-schema.ts";
import type { Tables } from "../store/tables.ts";
import { fromJson, fromJsonOrNull, toIso, toIsoOrNull } from "../store/values.ts";
import type { AllowMode, ConnectionsOptions } from "./connections.ts";

/** A connection as the API shows it, with what is live. */
export async function toConnectionView(
  row: Tables["connections"],
  options: ConnectionsOptions,
): Promise<ConnectionView> {
  const { db, liveClients, nextRunOf } = options;
  const totals = await db
    .selectFrom("connection_totals")
    .select("projects")
    .where("connection_id", "=", row.id)
    .executeTakeFirst();
  const clients = liveClients(row.id);
  const check = fromJsonOrNull<ConnectionCheck>(row.last_check);
  return {
    id: row.id,
    name: row.name,
    type: row.type as RegistryType,
    options: fromJson<ConnectionOptions>(row.options),
    state: clients > 0 ? "connected" : row.last_connected_at === null ? "waiting" : "down",
    clients,
    projects: totals?.projects ?? 0,
    createdAt: toIso(row.created_at),
    lastConnectedAt: toIsoOrNull(row.last_connected_at),
    lastCheck: check && {
      ok: check.ok,
      at: check.checkedAt,
      code: check.hops.find(({ verdict }) => verdict === "fail")?.code ?? null,
    },
    schedule: fromJsonOrNull<Schedule>(row.schedule),
    nextRunAt: toIsoOrNull(await nextRunOf(row.id)),
    allowMode: row.allow_mode as AllowMode,
    hasHook: row.hook_id !== null,
    pollSeconds: row.poll_seconds,
  };
}
