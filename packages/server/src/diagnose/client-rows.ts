import type { DiagnosisRow } from "../api/contract/diagnosis.ts";
import type { DeniedGroup } from "../traffic/group-denied.ts";
import type { TunnelClient } from "../tunnel/index.ts";
import { seen, trouble } from "./row.ts";

/** The broker clients of a connection, each with its connections to this side. */
export function clientRows(clients: readonly TunnelClient[]): DiagnosisRow[] {
  const where = { part: "client", check: "tunnel" } as const;
  if (clients.length === 0) return [trouble(where, "fail", "NO_CONNECTION", "no broker client is connected")];
  return clients.map(({ clientId, version, address, transport, sockets, mostSockets }) => {
    const count = `${sockets} of ${mostSockets} connections`;
    const fact = `${clientId} ${version} from ${address} by ${transport}, ${count}`;
    return sockets < mostSockets ? trouble(where, "warn", "TUNNEL_DOWN", fact) : seen(where, "pass", fact);
  });
}

/** What rules refused lately; nothing when nothing was. */
export function deniedRows(groups: readonly DeniedGroup[]): DiagnosisRow[] {
  return groups.map(({ latest: { method, path, nearest }, count }) => {
    const near = nearest ? `, nearest rule ${nearest.method} ${nearest.path}` : "";
    return trouble(
      { part: "client", check: "denied" },
      "warn",
      "FILTER_BLOCKED",
      `${count} × ${method} ${path}${near}`,
    );
  });
}
