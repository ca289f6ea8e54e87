import type { Clock } from "@tidewaiter/runtime";
import { sees, type Viewer } from "../access/principal.ts";
import type { TrafficFilters } from "../api/contract/traffic.ts";
import type { PeerReads } from "../replicas/peer-reads.ts";
import type { TunnelCall } from "../tunnel/index.ts";
import { createClientRules } from "./client-rule.ts";
import { type ToldCall, type ToldTraffic, tellTraffic } from "./kept-call.ts";
import { createTrafficLog } from "./traffic-log.ts";

export interface FoundTraffic {
  /** Newest first, of all servers. */
  readonly calls: readonly ToldCall[];
  readonly denied: readonly ToldCall[];
  readonly counts: { readonly calls: number; readonly denied: number; readonly failed: number };
  readonly since: number;
  readonly silentServers: number;
}

/** What went through the tunnels of all servers lately. */
export interface Traffic {
  /** How many calls each server remembers. */
  readonly keeps: number;
  record(call: TunnelCall): void;
  /** All that this server remembers, for the others. */
  tell(): ToldTraffic;
  find(viewer: Viewer, filters: TrafficFilters, signal: AbortSignal): Promise<FoundTraffic>;
}

export function createTraffic(keeps: number, clock: Pick<Clock, "now">, peers: PeerReads): Traffic {
  const log = createTrafficLog(keeps);
  const since = clock.now();
  const rules = createClientRules();
  return {
    keeps,
    record: log.record,
    tell: () => tellTraffic(log, since, rules, () => true),
    async find(viewer, filters, signal) {
      const isWanted = (connectionId: string): boolean =>
        sees(viewer, connectionId) && (filters.connectionId === undefined || connectionId === filters.connectionId);
      const { answers, silent } = await peers.traffic(signal);
      const told = [tellTraffic(log, since, rules, isWanted), ...answers];
      const fits = (call: ToldCall): boolean => isWanted(call.connectionId) && fitsFilters(call, filters);
      const newest = (pick: (one: ToldTraffic) => readonly ToldCall[]): ToldCall[] =>
        told
          .flatMap(pick)
          .filter(fits)
          .sort((a, b) => b.at - a.at);
      const counts = told.flatMap((one) => one.counts).filter(([id]) => isWanted(id));
      const sum = (index: 1 | 2 | 3): number => counts.reduce((all, row) => all + row[index], 0);
      return {
        // Denied calls are kept longer than the others.
        calls: newest(isDeniedOnly(filters) ? ({ denied }) => denied : ({ calls }) => calls),
        denied: newest(({ denied }) => denied),
        counts: { calls: sum(1), denied: sum(2), failed: sum(3) },
        since: Math.min(...told.map((one) => one.since)),
        silentServers: silent,
      };
    },
  };
}

/** What the page calls the end of a call. */
export function outcomeOf({ isDenied, code }: Pick<ToldCall, "isDenied" | "code">): "answered" | "denied" | "failed" {
  if (isDenied) return "denied";
  return code === undefined ? "answered" : "failed";
}

function isDeniedOnly({ outcome }: TrafficFilters): boolean {
  return outcome?.length === 1 && outcome[0] === "denied";
}

function fitsFilters(call: ToldCall, { direction, outcome, search }: TrafficFilters): boolean {
  if (direction?.length && !direction.includes(call.direction)) return false;
  if (outcome?.length && !outcome.includes(outcomeOf(call))) return false;
  const text = search?.toLowerCase() ?? "";
  return text === "" || `${call.path} ${call.code ?? ""}`.toLowerCase().includes(text);
}
