import {
  compareText,
  compareVersions,
  readVersion,
  type Version,
  type VersionReader,
  type VersionScheme,
} from "../versions/scheme.ts";
import { semver } from "../versions/semver.ts";

/** `i` introduced, `f` fixed, `l` last affected, `m` limit. */
export type RangeEvent = readonly [code: string, version: string];

/** A range as it is stored: `s` orders by semantic version whatever the ecosystem, `e` by the ecosystem's own order. */
export interface VersionRange {
  readonly k: string;
  readonly e: readonly RangeEvent[];
}

interface ReadyEvent {
  readonly code: string;
  readonly version: Version<unknown>;
  /** `introduced: "0"` is below every version, pre-releases included. */
  readonly isStart: boolean;
}

/** A range with its versions read and its events in order: made once for each package, asked many times. */
export interface ReadyRange {
  readonly scheme: VersionScheme<unknown>;
  readonly events: readonly ReadyEvent[];
  readonly limits: readonly Version<unknown>[];
}

/** How a version stands in a range. `fixed` is the end of its stretch, where the range names one. */
export interface RangeHit {
  readonly introduced: string;
  readonly fixed?: string;
}

/** Orders the events of a range (OSV schema, "Evaluation"). `read` may know the versions already. */
export function readyRange(
  ecosystem: VersionScheme<unknown>,
  range: VersionRange,
  read: VersionReader = readVersion,
): ReadyRange {
  const scheme = range.k === "s" && ecosystem.name !== "go" ? semver : ecosystem;
  const events = range.e.map(([code, version]) => ({
    code,
    version: read(scheme, version),
    isStart: code === "i" && version === "0",
  }));
  const limits = events.filter(({ code, version }) => code === "m" && version.text !== "*");
  return {
    scheme,
    events: events.filter(({ code }) => code !== "m").sort((a, b) => orderEvents(scheme, a, b)),
    limits: limits.map(({ version }) => version),
  };
}

/** At one version an end comes before a beginning, so that a flaw brought back at that very version counts. */
function orderEvents(scheme: VersionScheme<unknown>, a: ReadyEvent, b: ReadyEvent): number {
  if (a.isStart !== b.isStart) return a.isStart ? -1 : 1;
  return (
    compareVersions(scheme, a.version, b.version) ||
    Number(a.code === "i") - Number(b.code === "i") ||
    compareText(a.code, b.code)
  );
}

/** The stretch of the range that holds the version, read in the range's own scheme, or undefined when none does. */
export function findStretch({ scheme, events, limits }: ReadyRange, version: Version<unknown>): RangeHit | undefined {
  if (limits.length > 0 && !limits.some((limit) => compareVersions(scheme, version, limit) < 0)) return undefined;
  let introduced: string | undefined;
  let index = -1;
  for (const event of events) {
    index += 1;
    const order = event.isStart ? 1 : compareVersions(scheme, version, event.version);
    if (order < 0) return introduced === undefined ? undefined : { introduced, fixed: nextFix(events, index) };
    if (event.code === "i") introduced = event.version.text;
    else if (event.code === "f" || order > 0) introduced = undefined;
    else if (introduced !== undefined) return { introduced };
  }
  return introduced === undefined ? undefined : { introduced };
}

/** The end of the stretch that goes on at `index`, when it is a fix and not a last affected version. */
function nextFix(events: readonly ReadyEvent[], index: number): string | undefined {
  const end = events.slice(index).find(({ code }) => code !== "i");
  return end?.code === "f" ? end.version.text : undefined;
}

/** A range as people write it: `from 1.0, fixed in 1.2`. */
export function formatRange({ e: events }: VersionRange): string {
  return events.map(([code, version]) => `${EVENT_NAMES[code] ?? code} ${version}`).join(", ");
}

const EVENT_NAMES: Readonly<Record<string, string>> = { i: "from", f: "fixed in", l: "up to", m: "below" };
