import type { BrokeredCall } from "../api/contract/traffic.ts";
import type { Cell } from "./csv.ts";
import type { Table } from "./send-file.ts";

export const TRAFFIC_TABLE: Table<BrokeredCall> = {
  name: "traffic",
  columns: [
    ...["time", "connection", "direction", "client", "method", "path", "outcome", "rule", "nearest rule"],
    ...["status", "code", "ms", "request bytes", "response bytes"],
  ],
  toCells: (row) => [
    row.at,
    row.connectionName,
    row.direction,
    row.clientId,
    row.method,
    row.path,
    row.outcome,
    ruleCell(row.rule),
    ruleCell(row.nearest),
    row.status,
    row.code,
    Math.round(row.durationMs),
    row.requestBytes,
    row.responseBytes,
  ],
};

function ruleCell(rule: BrokeredCall["rule"]): Cell {
  return rule && `${rule.method} ${rule.path}`;
}
