import type { Logger } from "@tidewaiter/runtime";
import type { Advisories } from "../advisories/advisories.ts";
import type { Connections } from "../connections/connections.ts";
import type { EventBus } from "../events/bus.ts";
import type { Scanning } from "../scans/scanning.ts";
import type { Peer } from "./replica-table.ts";

export interface TakeoverOptions {
  readonly log: Logger;
  readonly bus: EventBus;
  readonly leads: () => boolean;
  readonly connections: Pick<Connections, "markAllLost">;
  readonly scanning: Pick<Scanning, "recover">;
  readonly advisories: Pick<Advisories, "refresh">;
  readonly signal: AbortSignal;
}

/** What the leader does for a server that went without a word, itself before a restart among them. */
export interface Takeover {
  lead(): void;
  /** The servers that live were looked at. */
  look(peers: readonly Peer[]): void;
}

export function createTakeover(options: TakeoverOptions): Takeover {
  const { log, bus, leads, connections, scanning, advisories, signal } = options;
  let known = "";
  let turn: Promise<void> = Promise.resolve();
  const tidy = async (): Promise<void> => {
    for (const id of await connections.markAllLost()) bus.publish("connection", id, { id, state: "down", clients: 0 });
    await scanning.recover();
  };
  const queue = (step: () => Promise<void>): void => {
    turn = turn.then(step).catch((error) => {
      if (!signal.aborted) log.error("work of a server that is gone was not taken up", { error });
    });
  };
  return {
    lead() {
      queue(tidy);
      queue(() => advisories.refresh());
    },
    look(peers) {
      const present = peers.map(({ id }) => id).join(" ");
      if (present === known) return;
      known = present;
      if (leads()) queue(tidy);
    },
  };
}
