import { sendRows } from "../../exports/send-file.ts";
import { TRAFFIC_TABLE } from "../../exports/traffic-table.ts";
import { readNames } from "../../fleet/connection-names.ts";
import type { Services } from "../../services.ts";
import { toIso } from "../../store/values.ts";
import { groupDenied } from "../../traffic/group-denied.ts";
import type { ToldCall } from "../../traffic/kept-call.ts";
import { outcomeOf } from "../../traffic/traffic.ts";
import type { BrokeredCall } from "../contract/traffic.ts";
import type { Handlers } from "../mount.ts";

const MAX_GROUPS = 20;
type Names = ReadonlyMap<string, string>;

/** What went through the tunnels lately. */
export function trafficHandlers({ traffic, db }: Services): Handlers<"traffic"> {
  return {
    async list({ principal, query: { limit, ...filters }, signal }) {
      const names = await readNames(db, principal);
      const { calls, denied, counts, since, silentServers } = await traffic.find(principal, filters, signal);
      return {
        ...{ counts, silentServers, keeps: traffic.keeps, since: toIso(since), matching: calls.length },
        items: calls.slice(0, limit).map((call) => toView(call, names)),
        denied: groupDenied(denied, MAX_GROUPS).map(({ latest, count }) => toGroup(latest, count, names)),
      };
    },
    async export({ principal, query: { format, ...filters }, signal, res }) {
      const names = await readNames(db, principal);
      const { calls } = await traffic.find(principal, filters, signal);
      await sendRows(res, format, TRAFFIC_TABLE, onePage(calls.map((call) => toView(call, names))));
    },
  };
}

function toView(call: ToldCall, names: Names): BrokeredCall {
  const { number, connectionId, direction, method, path, at, status } = call;
  return {
    ...{ connectionId, direction, method, path, status },
    id: `${at.toString(36)}-${number}`,
    at: toIso(Math.round(at)),
    connectionName: names.get(connectionId) ?? "",
    clientId: call.clientId ?? null,
    outcome: outcomeOf(call),
    rule: call.rule ?? null,
    nearest: call.nearest ? { method: call.nearest.method, path: call.nearest.path } : null,
    code: call.code ?? null,
    durationMs: Math.round(call.durationMs * 10) / 10,
    requestBytes: call.requestBytes ?? null,
    responseBytes: call.responseBytes ?? null,
  };
}

function toGroup(latest: ToldCall, count: number, names: Names) {
  const { connectionId, connectionName, direction, method, path, nearest, at } = toView(latest, names);
  return { connectionId, connectionName, direction, method, path, nearest, count, lastAt: at };
}

async function* onePage<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}
