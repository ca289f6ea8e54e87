import { agentSettingsSchema } from "@tidewaiter/agent";
import { clientSettings } from "@tidewaiter/client";
import { describeSettings, type SettingRow } from "@tidewaiter/runtime";
import { serverSettings } from "@tidewaiter/server";

export interface ProcessSettings {
  readonly title: string;
  readonly image: string;
  readonly rows: readonly SettingRow[];
}

/** Defaults that depend on the machine read the same everywhere. */
const MACHINE_DEFAULTS: Readonly<Record<string, string>> = { MAX_ACTIVE_OPERATIONS: "number of cores" };

/** The variables of each process, as its schema describes them. */
export const PROCESSES: readonly ProcessSettings[] = [
  { title: "Broker client", image: "tidewaiter/broker-client", rows: rowsOf(clientSettings) },
  { title: "Registry agent", image: "tidewaiter/registry-agent", rows: rowsOf(agentSettingsSchema) },
  { title: "Broker server", image: "tidewaiter/server", rows: rowsOf(serverSettings) },
];

function rowsOf(schema: Parameters<typeof describeSettings>[0]): SettingRow[] {
  return describeSettings(schema).map((row) => ({
    ...row,
    defaultValue: MACHINE_DEFAULTS[row.name] ?? row.defaultValue,
  }));
}
