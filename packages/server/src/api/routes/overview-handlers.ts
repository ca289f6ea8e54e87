import { closedSignal } from "@tidewaiter/runtime";
import { sees } from "../../access/principal.ts";
import { streamEvents } from "../../events/stream.ts";
import { readHistory, readOverview } from "../../overview/overview.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

/** State of the fleet, live events and the advisory data. */
export function overviewHandlers({ db, clock, bus, hub, advisories }: Services): Handlers<"overview"> {
  return {
    async show({ principal }) {
      const liveClients = (id: string): number => hub.clients(id).length;
      return readOverview(principal, { db, now: clock.now(), advisories: await advisories.status(), liveClients });
    },
    async history({ principal, query }) {
      return { items: await readHistory(db, principal, query.days, query.connectionId, clock.now()) };
    },
    events({ principal, query, req, res }) {
      const { connectionId } = query;
      const only =
        connectionId === undefined ? principal.connections : [connectionId].filter((id) => sees(principal, id));
      return streamEvents(bus, { connections: only }, req, res);
    },
    advisories: () => advisories.status(),
    async importAdvisories({ query, req, res, note }) {
      // A bundle of a gigabyte takes its time: only the caller ends it.
      await advisories.take(req, query.force ?? false, closedSignal(res));
      note({ builtAt: advisories.generation() });
      return advisories.status();
    },
    async updateAdvisories() {
      advisories.update();
      return advisories.status();
    },
  };
}
