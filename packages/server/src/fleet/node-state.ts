import { hostname } from "node:os";
import { z } from "zod";
import { clientSchema } from "../api/contract/connections.ts";
import type { PlacedClient } from "../replicas/replica-table.ts";

/** What a server tells of itself and of the broker clients that it holds. */
export const toldNodeSchema = z.object({
  id: z.string(),
  host: z.string(),
  version: z.string(),
  /** Milliseconds of the epoch. */
  startedAt: z.number(),
  memoryBytes: z.number(),
  isLeader: z.boolean(),
  tunnels: z.array(
    z.object({
      connectionId: z.string(),
      client: z.object({ ...clientSchema.shape, connectedAt: z.number() }),
    }),
  ),
});
export type ToldNode = z.output<typeof toldNodeSchema>;

export interface NodeStateOptions {
  readonly id: string;
  readonly version: string;
  readonly startedAt: number;
  readonly leads: () => boolean;
  readonly tunnels: () => readonly PlacedClient[];
}

export function readNodeState({ id, version, startedAt, leads, tunnels }: NodeStateOptions): ToldNode {
  return {
    id,
    host: hostname(),
    version,
    startedAt,
    memoryBytes: process.memoryUsage.rss(),
    isLeader: leads(),
    tunnels: [...tunnels()],
  };
}
