import { type ScanRequest, scanAcceptedSchema, scanStateSchema } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import type { AgentCalls } from "../connections/agent-calls.ts";

/** What the agent says of a scan. Lenient: an agent of another release may say more or less. */
const statusSchema = z.object({
  state: scanStateSchema,
  attempt: z.number().int().optional(),
  delivery: z.object({ state: z.string() }).optional(),
});
export type AgentScanStatus = z.output<typeof statusSchema>;

/** The scan routes of a connection's agent. */
export interface AgentScans {
  send(connectionId: string, request: ScanRequest, signal: AbortSignal): Promise<void>;
  /** Undefined when the agent does not know the scan. */
  status(connectionId: string, scanId: string, signal: AbortSignal): Promise<AgentScanStatus | undefined>;
  stop(connectionId: string, scanId: string, signal: AbortSignal): Promise<void>;
}

const DEADLINE_MS = 30_000;

export function createAgentScans(calls: AgentCalls): AgentScans {
  const path = (scanId: string): string => `/scans/${encodeURIComponent(scanId)}`;
  return {
    async send(connectionId, body, signal) {
      await calls.json(connectionId, scanAcceptedSchema, {
        method: "POST",
        path: "/scan",
        body,
        signal,
        deadlineMs: DEADLINE_MS,
      });
    },
    async status(connectionId, scanId, signal) {
      try {
        return await calls.json(connectionId, statusSchema, {
          method: "GET",
          path: path(scanId),
          signal,
          deadlineMs: DEADLINE_MS,
        });
      } catch (error) {
        if (error instanceof BrokerError && error.code === "NOT_FOUND") return undefined;
        throw error;
      }
    },
    async stop(connectionId, scanId, signal) {
      await calls.raw(connectionId, { method: "DELETE", path: path(scanId), signal, deadlineMs: DEADLINE_MS });
    },
  };
}
