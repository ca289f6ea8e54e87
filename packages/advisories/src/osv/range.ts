import {
  compareText,
  compareVersions,
  createVersionReader,
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

/** A range with its events in order: made once, asked many times. */
export interface ReadyRange {
  readonly scheme: VersionScheme<unknown>;
  readonly events: readonly RangeEvent[];
}

/** How a version stands in a range. `fixed` is the end of its stretch, where the range names one. */
export interface RangeHit {
  readonly introduced: string;
  readonly fixed?: string;
}

/** The order that the versions of a range are in. */
export function schemeOfRange(ecosystem: VersionScheme<unknown>, kind: string): VersionScheme<unknown> {
  return kind === "s" && ecosystem.name !== "go" ? semver : ecosystem;
}

/** Orders the events of a range (OSV schema, "Evaluation"). */
export function readyRange(ecosystem: VersionScheme<unknown>, { k: kind, e: events }: VersionRange): ReadyRange {
  const scheme = schemeOfRange(ecosystem, kind);
  if (events.length === 2 && isStart(events[0])) return { scheme, events };
  const read = createVersionReader();
  return { scheme, events: events.toSorted((a, b) => orderEvents(scheme, read, a, b)) };
}

/** `introduced: "0"` is below every version, pre-releases included. */
function isStart(event: RangeEvent | undefined): boolean {
  return event?.[0] === "i" && event[1] === "0";
}

/** At one version an end comes before a beginning, so that a flaw brought back at that very version counts. */
function orderEvents(scheme: VersionScheme<unknown>, read: VersionReader, a: RangeEvent, b: RangeEvent): number {
  if (isStart(a) !== isStart(b)) return isStart(a) ? -1 : 1;
  return (
    compareVersions(scheme, read(scheme, a[1]), read(scheme, b[1])) ||
    Number(a[0] === "i") - Number(b[0] === "i") ||
    compareText(a[0], b[0])
  );
}

/** The stretch of the range that holds the version, or undefined when none does. `read` may know the range's versions already. */
export function findStretch(
  { scheme, events }: ReadyRange,
  version: Version<unknown>,
  read: VersionReader = readVersion,
): RangeHit | undefined {
  if (isBeyondLimits(scheme, events, version, read)) return undefined;
  let introduced: string | undefined;
  for (let index = 0; index < events.length; index += 1) {
    const [code, text] = events[index] as RangeEvent;
    if (code === "m") continue;
    const isFirst = code === "i" && text === "0";
    const order = isFirst ? 1 : compareVersions(scheme, version, read(scheme, text));
    if (order < 0) return introduced === undefined ? undefined : { introduced, fixed: nextFix(events, index) };
    if (code === "i") introduced = text;
    else if (code === "f" || order > 0) introduced = undefined;
    else if (introduced !== undefined) return { introduced };
  }
  return introduced === undefined ? undefined : { introduced };
}

/** Where there are limits, the version must be below one of them; a star is none. */
function isBeyondLimits(
  scheme: VersionScheme<unknown>,
  events: readonly RangeEvent[],
  version: Version<unknown>,
  read: VersionReader,
): boolean {
  let isLimited = false;
  for (const [code, text] of events) {
    if (code !== "m" || text === "*") continue;
    if (compareVersions(scheme, version, read(scheme, text)) < 0) return false;
    isLimited = true;
  }
  return isLimited;
}

/** The end of the stretch that goes on at `index`, when it is a fix and not a last affected version. */
function nextFix(events: readonly RangeEvent[], index: number): string | undefined {
  const end = events.slice(index).find(([code]) => code === "f" || code === "l");
  return end?.[0] === "f" ? end[1] : undefined;
}

/** A range as people write it: `from 1.0, fixed in 1.2`. */
export function formatRange({ e: events }: VersionRange): string {
  return events.map(([code, version]) => `${EVENT_NAMES[code] ?? code} ${version}`).join(", ");
}

const EVENT_NAMES: Readonly<Record<string, string>> = { i: "from", f: "fixed in", l: "up to", m: "below" };
