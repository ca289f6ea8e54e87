import { randomUUID } from "node:crypto";

/** Bits of a frame's id below the server's slot: as many exchanges as this may be under way at once. */
const COUNTER_BITS = 26;
const COUNTERS = 2 ** COUNTER_BITS;

/** Ids of frames, which count up below the slot of the server that waits for the answer; they start again after the last. */
export function createFrameIds(slot: () => number): () => number {
  let last = 0;
  return () => {
    last = last === COUNTERS - 1 ? 1 : last + 1;
    return slot() * COUNTERS + last;
  };
}

/** An id for an exchange of the vendor's protocol: a UUID whose first byte is the slot. */
export function newStreamingId(slot: number): string {
  return slot.toString(16).padStart(2, "0") + randomUUID().slice(2);
}

/** The slot in an id of either kind; undefined for what is none. */
export function slotOf(id: string): number | undefined {
  if (/^\d{1,10}$/.test(id)) return Math.floor(Number(id) / COUNTERS);
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? Number.parseInt(id.slice(0, 2), 16) : undefined;
}
