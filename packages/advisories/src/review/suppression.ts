import { type Finding, findingStateSchema, SEVERITIES, severitySchema } from "@tidewaiter/inventory";
import picomatch from "picomatch";
import { z } from "zod";
import { samePackage } from "./purl.ts";

/** Entries without a date end after this time; people are warned before. */
export const DEFAULT_SUPPRESSION_DAYS = 90;
export const WARNING_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

const pattern = z.string().min(1).max(1024);

/** One allow-list entry. All fields that are given must fit; one of vulnerability, package and path must be. */
export const suppressionSchema = z
  .object({
    /** CVE, any alias of it, or a glob. */
    vulnerability: pattern.optional(),
    /** Package name or glob, or a purl with or without version. */
    package: pattern.optional(),
    /** Glob over paths in the image; all places of the package must fit. */
    path: pattern.optional(),
    /** Glob over repositories. */
    repository: pattern.optional(),
    digest: pattern.optional(),
    states: z.array(findingStateSchema).min(1).optional(),
    /** Only findings at most this bad. */
    maxSeverity: severitySchema.optional(),
    reason: z.string().min(1).max(2000),
    author: z.string().min(1).max(256),
    createdAt: z.iso.datetime(),
    /** 90 days after its making when left out. */
    expiresAt: z.iso.datetime().optional(),
  })
  .refine((entry) => entry.vulnerability ?? entry.package ?? entry.path, "needs a vulnerability, a package or a path");
export type Suppression = z.output<typeof suppressionSchema>;

/** Where the findings are from, for entries that hold for some images only. */
export interface ReviewContext {
  readonly repository?: string;
  readonly digest?: string;
  readonly now?: Date;
}

export interface SuppressedFinding {
  readonly finding: Finding;
  readonly by: Suppression;
}

export interface SuppressionReport {
  readonly active: readonly Finding[];
  /** They stay visible, with the entry that hides each. */
  readonly suppressed: readonly SuppressedFinding[];
  /** Entries that no longer count. */
  readonly expired: readonly Suppression[];
  /** Entries that end within two weeks. */
  readonly expiring: readonly Suppression[];
}

export function expiryOf({ createdAt, expiresAt }: Suppression): number {
  return expiresAt ? Date.parse(expiresAt) : Date.parse(createdAt) + DEFAULT_SUPPRESSION_DAYS * DAY_MS;
}

/** Parts findings by the allow list. An entry counts for every id of a finding's alias group; an expired one for none. */
export function applySuppressions(
  findings: readonly Finding[],
  entries: readonly Suppression[],
  context: ReviewContext = {},
): SuppressionReport {
  const now = (context.now ?? new Date()).getTime();
  const live = entries.filter((entry) => expiryOf(entry) > now);
  const matchers = live.map((entry) => ({ entry, fits: createMatcher(entry, context) }));
  const active: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const finding of findings) {
    const by = matchers.find(({ fits }) => fits(finding))?.entry;
    if (by) suppressed.push({ finding, by });
    else active.push(finding);
  }
  const expired = entries.filter((entry) => expiryOf(entry) <= now);
  return {
    active,
    suppressed,
    expired,
    expiring: live.filter((entry) => expiryOf(entry) - now < WARNING_DAYS * DAY_MS),
  };
}

type Test = (finding: Finding) => boolean;

function createMatcher(entry: Suppression, context: ReviewContext): Test {
  const { vulnerability, package: name, path, states, maxSeverity } = entry;
  if (!fitsContext(entry, context)) return () => false;
  const tests: Test[] = [];
  if (vulnerability) tests.push(vulnerabilityTest(vulnerability));
  if (name) tests.push(packageTest(name));
  if (path) tests.push(pathTest(path));
  if (states) tests.push(({ state }) => states.includes(state));
  if (maxSeverity) tests.push(({ severity }) => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(maxSeverity));
  return (finding) => tests.every((test) => test(finding));
}

function fitsContext({ repository, digest }: Suppression, context: ReviewContext): boolean {
  const fitsRepository = !repository || (context.repository !== undefined && glob(repository)(context.repository));
  return fitsRepository && (!digest || digest === context.digest);
}

function vulnerabilityTest(wanted: string): Test {
  const fits = glob(wanted);
  return ({ id, aliases }) => fits(id) || aliases.some((alias) => fits(alias));
}

function packageTest(wanted: string): Test {
  if (wanted.startsWith("pkg:")) return ({ package: found }) => samePackage(wanted, found.purl);
  const fits = glob(wanted);
  return ({ package: { name, namespace, source } }) =>
    fits(name) || (namespace !== undefined && fits(`${namespace}/${name}`)) || (source !== undefined && fits(source));
}

function pathTest(wanted: string): Test {
  const fits = glob(wanted.replace(/^\//, ""));
  return ({ locations }) => locations.length > 0 && locations.every((path) => fits(path.replace(/^\//, "")));
}

function glob(wanted: string): (text: string) => boolean {
  return picomatch(wanted, { nocase: true, dot: true, nonegate: true });
}
