import { z } from "zod";
import { EVENT_NAMES } from "../api/contract/overview.ts";

/** What servers on one store tell each other. Whoever misses one reads the store again. */
export const replicaMessageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("tunnels") }),
  z.object({ kind: z.literal("work") }),
  z.object({ kind: z.literal("disconnect"), connectionId: z.string(), reason: z.string() }),
  z.object({
    kind: z.literal("event"),
    name: z.enum(EVENT_NAMES),
    connectionId: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
  }),
  /** An event that is too large to be sent: readers look at the lists again. */
  z.object({ kind: z.literal("reset") }),
]);
export type ReplicaMessage = z.output<typeof replicaMessageSchema>;

const envelopeSchema = z.object({ from: z.string(), message: replicaMessageSchema });

/** PostgreSQL takes less than 8,000 bytes. */
const MAX_BYTES = 7_900;

export function formatMessage(from: string, message: ReplicaMessage): string {
  const text = JSON.stringify({ from, message });
  return Buffer.byteLength(text) <= MAX_BYTES ? text : JSON.stringify({ from, message: { kind: "reset" } });
}

/** Undefined for our own messages, and for those of another release that this one does not know. */
export function parseMessage(text: string, self: string): ReplicaMessage | undefined {
  try {
    const { from, message } = envelopeSchema.parse(JSON.parse(text));
    return from === self ? undefined : message;
  } catch {
    return undefined;
  }
}
