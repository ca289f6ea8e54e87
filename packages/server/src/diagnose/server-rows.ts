import type { Readiness } from "@tidewaiter/runtime";
import type { AdvisoryStatus } from "../advisories/advisories.ts";
import type { DiagnosisRow } from "../api/contract/diagnosis.ts";
import type { FleetView } from "../fleet/fleet.ts";
import { seen, trouble } from "./row.ts";

/** This server: whether it is ready, and how current its advisories are. */
export function serverRows(
  readiness: ReturnType<Readiness>,
  version: string,
  advisories: AdvisoryStatus,
): DiagnosisRow[] {
  const ready = { part: "server", check: "ready" } as const;
  const { isReady, reasons = [] } = readiness;
  return [
    isReady ? seen(ready, "pass", `tidewaiter ${version}`) : trouble(ready, "fail", "UNAVAILABLE", reasons.join(", ")),
    advisoriesRow(advisories),
  ];
}

function advisoriesRow({ state, builtAt, records, lastError }: AdvisoryStatus): DiagnosisRow {
  const where = { part: "server", check: "advisories" } as const;
  if (state === "none") {
    return trouble(where, "warn", "ADVISORIES_MISSING", "no advisory data, so every count reads no data");
  }
  const fact = `${records} records, built ${builtAt?.slice(0, 16).replace("T", " ")} UTC`;
  if (state === "fresh") return seen(where, "pass", fact);
  const likely = lastError ? `the last update failed: ${lastError.message}` : "updates are switched off";
  const action = "update the advisories, or import a newer bundle (Settings, Advisory data)";
  return { ...seen(where, "pass", fact), verdict: "warn", code: lastError?.code ?? null, likely, action };
}

/** The other servers on the same store; none for a server that is alone. */
export function otherServerRows(servers: FleetView["servers"]): DiagnosisRow[] {
  const where = { part: "server", check: "servers" } as const;
  return servers
    .filter(({ isThis }) => !isThis)
    .map(({ url, state }) =>
      state
        ? seen(where, "pass", `${url}, tidewaiter ${state.version}`)
        : trouble(where, "warn", "UNAVAILABLE", `${url} does not answer`),
    );
}
