import type { Time } from "./common.ts";
import type { LiveClient } from "./connections.ts";

export interface FleetServer {
  id: string;
  /** null: it did not answer. */
  state: {
    host: string;
    version: string;
    startedAt: Time;
    memoryBytes: number;
    isLeader: boolean;
    clients: number;
    inFlight: number;
  } | null;
  isThis: boolean;
  url: string | null;
}
export type FleetClient = LiveClient & { connectionId: string; connectionName: string; serverId: string };
export interface Fleet {
  servers: FleetServer[];
  clients: FleetClient[];
}

export interface FleetAgent {
  connectionId: string;
  connectionName: string;
  ok: boolean;
  version: string | null;
  durationMs: number;
  scanning: number;
  problem: { code: string; message: string; likely: string; action: string } | null;
}
export interface FleetAgents {
  items: FleetAgent[];
  left: number;
}

export const CALL_DIRECTIONS = ["down", "up"] as const;
export const CALL_OUTCOMES = ["answered", "denied", "failed"] as const;
type CallRule = { method: string; path: string } | null;

export interface BrokeredCall {
  id: string;
  at: Time;
  connectionId: string;
  connectionName: string;
  direction: (typeof CALL_DIRECTIONS)[number];
  clientId: string | null;
  method: string;
  path: string;
  outcome: (typeof CALL_OUTCOMES)[number];
  rule: CallRule;
  nearest: CallRule;
  status: number;
  code: string | null;
  durationMs: number;
  requestBytes: number | null;
  responseBytes: number | null;
}
export type DeniedCalls = Pick<
  BrokeredCall,
  "connectionId" | "connectionName" | "direction" | "method" | "path" | "nearest"
> & { count: number; lastAt: Time };
export interface Traffic {
  items: BrokeredCall[];
  matching: number;
  keeps: number;
  counts: { calls: number; denied: number; failed: number };
  since: Time;
  denied: DeniedCalls[];
  silentServers: number;
}

export const DIAGNOSIS_PARTS = ["server", "client", "agent", "registry"] as const;
export const DIAGNOSIS_CHECKS = [
  ...(["ready", "servers", "advisories", "tunnel", "denied", "health"] as const),
  ...(["dns", "tcp", "tls", "auth", "list", "pull", "note"] as const),
] as const;
export interface DiagnosisRow {
  part: (typeof DIAGNOSIS_PARTS)[number];
  check: (typeof DIAGNOSIS_CHECKS)[number];
  verdict: "pass" | "warn" | "fail" | "skipped";
  fact: string | null;
  durationMs: number | null;
  code: string | null;
  likely: string | null;
  action: string | null;
}
export interface Diagnosis {
  ok: boolean;
  at: Time;
  rows: DiagnosisRow[];
}
