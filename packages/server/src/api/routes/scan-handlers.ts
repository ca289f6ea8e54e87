import { findScan, listScans } from "../../scans/scan-reader.ts";
import { toScanView } from "../../scans/scan-view.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

/** The activity page, and starting and stopping. */
export function scanHandlers({ db, clock, connections, projects, stopScans }: Services): Handlers<"scans"> {
  return {
    list: ({ principal, query }) => listScans(db, principal, query, clock.now()),
    show: async ({ principal, params }) => toScanView(await findScan(db, principal, params.id), clock.now()),
    async stop({ principal, params }) {
      const { id } = await findScan(db, principal, params.id);
      await stopScans.one(id);
      return toScanView(await findScan(db, principal, id), clock.now());
    },
    async startAll({ principal, params, body, note }) {
      await connections.show(principal, params.id);
      const counts = await projects.scanAll(params.id, body.repository);
      note({ ...body, ...counts });
      return counts;
    },
    async stopAll({ principal, params, note }) {
      await connections.show(principal, params.id);
      const stopped = await stopScans.all({ connectionId: params.id });
      note({ stopped });
      return { stopped };
    },
  };
}
