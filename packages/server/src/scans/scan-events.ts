import type { Clock } from "@tidewaiter/runtime";
import type { EventBus } from "../events/bus.ts";
import type { ImportProgress } from "../imports/import-progress.ts";
import { type ScanRow, toScanView } from "./scan-view.ts";

/** Tells those who watch about a scan, and moves its import on. */
export interface ScanEvents {
  changed(row: ScanRow): void;
  ended(row: ScanRow): Promise<void>;
}

export function createScanEvents(bus: EventBus, imports: ImportProgress, clock: Pick<Clock, "now">): ScanEvents {
  const publish = (row: ScanRow): void => bus.publish("scan", row.connection_id, toScanView(row, clock.now()));
  return {
    changed(row) {
      publish(row);
      if (row.import_id) imports.touch(row.import_id);
    },
    async ended(row) {
      publish(row);
      bus.publish("project", row.connection_id, { id: row.project_id, state: row.state });
      if (row.import_id) await imports.settle(row.import_id);
    },
  };
}
