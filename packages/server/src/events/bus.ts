import { randomUUID } from "node:crypto";
import { sees, type Viewer } from "../access/principal.ts";
import type { EVENT_NAMES } from "../api/contract/overview.ts";

export type EventName = (typeof EVENT_NAMES)[number];

export interface LiveEvent {
  readonly id: number;
  readonly name: EventName | "reset";
  /** null: everybody's business. */
  readonly connectionId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

type Listener = (event: LiveEvent) => unknown;

/** Live changes of this process, with the last ones kept for those who come back after a short break. */
export interface EventBus {
  publish(name: EventName, connectionId: string | null, data: LiveEvent["data"]): void;
  /** Something was missed: those who watch read their lists anew. */
  reset(): void;
  /** Returns the function that ends the subscription. */
  subscribe(viewer: Viewer, listener: Listener): () => void;
  /** What came after `id`; undefined when that is too long ago to tell. */
  since(viewer: Viewer, id: number): readonly LiveEvent[] | undefined;
  readonly lastId: number;
  /** Tells the ids of this bus from those of another server, or of this one before it was started again. */
  readonly name: string;
}

export function createEventBus(keep = 1_000): EventBus {
  const listeners = new Map<Listener, Viewer>();
  const recent: LiveEvent[] = [];
  let lastId = 0;
  const tell = (name: LiveEvent["name"], connectionId: string | null, data: LiveEvent["data"]): void => {
    lastId += 1;
    const event: LiveEvent = { id: lastId, name, connectionId, data };
    recent.push(event);
    if (recent.length > keep) recent.shift();
    for (const [listener, viewer] of listeners) if (concerns(viewer, event)) listener(event);
  };
  return {
    name: randomUUID().slice(0, 8),
    publish: tell,
    reset: () => tell("reset", null, {}),
    subscribe(viewer, listener) {
      listeners.set(listener, viewer);
      return () => void listeners.delete(listener);
    },
    since(viewer, id) {
      const oldest = recent[0]?.id ?? lastId + 1;
      if (id < oldest - 1 || id > lastId) return undefined;
      return recent.filter((event) => event.id > id && concerns(viewer, event));
    },
    get lastId() {
      return lastId;
    },
  };
}

function concerns(viewer: Viewer, { connectionId }: LiveEvent): boolean {
  return connectionId === null || sees(viewer, connectionId);
}
