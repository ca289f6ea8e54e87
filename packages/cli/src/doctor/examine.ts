import type { CheckReport } from "@tidewaiter/contract";
import { productVersion } from "@tidewaiter/runtime";
import type { Ask } from "./ask.ts";
import { checkSystem, checkTunnel, reportRows } from "./check-chain.ts";
import { checkProcess, type Found } from "./check-process.ts";
import type { Place, Places } from "./places.ts";
import { failedWith, type Row } from "./row.ts";

export interface Examination {
  readonly rows: readonly Row[];
  /** The processes that answered, for the bundle. */
  readonly found: readonly { readonly part: "server" | "client" | "agent"; readonly place: Place }[];
}

/**
 * All that can be seen from this machine: each process that answers, the client's tunnel and chain, and the registry itself
 * when `checkRegistry` is given (only the agent's machine reaches it, as a rule).
 */
export async function examine(
  places: Places,
  ask: Ask,
  checkRegistry?: () => Promise<CheckReport>,
): Promise<Examination> {
  const [server, client, agent] = await Promise.all([
    checkProcess("server", places.server, ask),
    checkProcess("client", places.client, ask),
    checkProcess("agent", places.agent, ask),
  ]);
  const chain = client.isThere
    ? [...(await checkTunnel(places.client, ask)), ...(await checkSystem(places.client, ask))]
    : [];
  const own = checkRegistry ? reportRows("registry", await checkRegistry()) : [];
  const rows = [hereRow(), ...server.rows, ...client.rows, ...agent.rows, ...chain, ...own];
  const found = (["server", "client", "agent"] as const)
    .filter((part) => ({ server, client, agent })[part].isThere)
    .map((part) => ({ part, place: places[part] }));
  return { rows: found.length > 0 || own.length > 0 ? rows : [...rows, nothingRow([server, client, agent])], found };
}

function hereRow(): Row {
  return {
    part: "here",
    check: "runtime",
    verdict: "pass",
    fact: `tidewaiter ${productVersion()}, ${process.version}`,
  };
}

/** Skipped rows alone would read like health. */
function nothingRow(all: readonly Found[]): Row {
  const isNamed = all.some(({ rows }) => rows.some(({ verdict }) => verdict === "fail"));
  const what = isNamed
    ? "no process answers at the addresses given"
    : "no process of Tidewaiter answers on this machine";
  return failedWith("here", "chain", "UNAVAILABLE", what);
}
