import type { CheckReport, CheckResult, CheckStep, RegistryConnection } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import { ADAPTERS } from "../adapters/index.ts";
import { type Assembly, assemble, type RegistryOptions } from "../assembly.ts";
import { registryOver } from "../create-registry.ts";
import type { Registry } from "../registry.ts";
import { checkDns, checkTcp, checkTls } from "./network-steps.ts";
import { isProxied } from "./proxy.ts";
import { runStep, type StepFinding, skipped } from "./step.ts";

export interface CheckOptions extends RegistryOptions {
  readonly signal?: AbortSignal;
  /** Pulled in the last step; the first image that the listing gives when left out. */
  readonly image?: { readonly repository: string; readonly reference: string };
  /** Time limit of each step in milliseconds. */
  readonly stepTimeoutMs?: number;
}

/** A check is for people who wait: it does not try again for minutes. */
const CHECK_RETRY = { attempts: 2, baseMs: 200, capMs: 1_000, maxRetryAfterMs: 2_000 };

/** Walks from here to one manifest and names the step that fails. Never throws for what it finds, never shows a secret. */
export async function checkRegistry(connection: RegistryConnection, options: CheckOptions = {}): Promise<CheckReport> {
  const subject = await prepare(connection, { ...options, limits: { retry: CHECK_RETRY, ...options.limits } });
  const report = (steps: readonly CheckResult[]): CheckReport => ({
    ok: steps.every(({ verdict }) => verdict !== "fail"),
    registry: "fault" in subject ? (connection.base ?? "").slice(0, 500) : subject.registry.address,
    type: connection.type,
    steps: [...steps],
    warnings: warningsOf(connection),
    checkedAt: new Date().toISOString(),
  });
  if ("fault" in subject) return report([subject.fault]);
  try {
    return report(await walk(subject, connection, options));
  } finally {
    await subject.registry.close();
  }
}

interface Subject {
  readonly registry: Registry;
  /** Left out for what is no registry: a local engine. */
  readonly parts?: Assembly;
}

/** A connection that cannot be right fails at the first step. */
async function prepare(
  connection: RegistryConnection,
  options: RegistryOptions,
): Promise<Subject | { fault: CheckResult }> {
  const definition = ADAPTERS[connection.type];
  try {
    if ("createRegistry" in definition) return { registry: definition.createRegistry(connection) };
    const parts = assemble(connection, definition, options);
    return { parts, registry: registryOver(parts, connection) };
  } catch (error) {
    return { fault: await runStep("dns", () => Promise.reject(error)) };
  }
}

type Work = (signal: AbortSignal) => Promise<StepFinding>;
/** A step with the reason not to take it, if there is one. */
type PlannedStep = readonly [CheckStep, Work, string | undefined];

async function walk(
  { registry, parts }: Subject,
  connection: RegistryConnection,
  options: CheckOptions,
): Promise<CheckResult[]> {
  const listed: Listed = { image: options.image };
  const steps: readonly PlannedStep[] = [
    ...(parts ? networkSteps(parts) : []),
    ...(parts ? [["auth", (signal) => checkAuth(parts, connection, signal), undefined] satisfies PlannedStep] : []),
    ["list", (signal) => checkList(registry, listed, signal), undefined],
    ["pull", (signal) => checkPull(registry, listed.image, signal), undefined],
  ];
  const results: CheckResult[] = [];
  for (const [step, work, reason] of steps) {
    const hasFailed = results.some(({ verdict, step: done }) => verdict === "fail" && done !== "list");
    const skip = hasFailed ? "an earlier step failed" : reason;
    results.push(skip ? skipped(step, skip) : await timed(step, work, options));
  }
  return results;
}

function networkSteps({ outbound, registryUrl: url }: Assembly): readonly PlannedStep[] {
  const proxy = isProxied(url, outbound) ? "a proxy stands between" : undefined;
  return [
    ["dns", (signal) => checkDns(url, signal), proxy],
    ["tcp", (signal) => checkTcp(url, signal), proxy],
    ["tls", (signal) => checkTls(url, outbound, signal), url.protocol === "http:" ? "plain HTTP" : proxy],
  ];
}

function timed(step: CheckStep, work: Work, { signal, stepTimeoutMs = 30_000 }: CheckOptions): Promise<CheckResult> {
  const limit = AbortSignal.timeout(stepTimeoutMs);
  return runStep(step, () => work(signal ? AbortSignal.any([signal, limit]) : limit));
}

async function checkAuth(
  { core }: Assembly,
  connection: RegistryConnection,
  signal: AbortSignal,
): Promise<StepFinding> {
  await core.listing.ping(signal);
  const who = connection.username ? `as ${connection.username}` : "without a user name";
  return { fact: `${(await core.rootOf(signal)).host} accepts calls ${who}` };
}

type Listed = { image?: { repository: string; reference: string } };

/** The first page, and for the next step the first image on it. */
async function checkList(registry: Registry, listed: Listed, signal: AbortSignal): Promise<StepFinding> {
  try {
    const repositories = await firstPage(registry.listRepositories(signal));
    for (const repository of listed.image ? [] : repositories.slice(0, 5)) {
      const [tag] = await firstPage(registry.listTags(repository, signal));
      if (tag) listed.image ??= { repository, reference: tag };
    }
    return { fact: `${repositories.length} repositories on the first page` };
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== "CATALOG_UNSUPPORTED") throw error;
    const { code, message, likely, action } = error;
    return { verdict: "warn", code, message, likely, action };
  }
}

async function firstPage(pages: AsyncIterable<readonly string[]>): Promise<readonly string[]> {
  for await (const page of pages) return page;
  return [];
}

async function checkPull(registry: Registry, image: Listed["image"], signal: AbortSignal): Promise<StepFinding> {
  if (!image) return { verdict: "skipped", fact: "no image is known; name one to try a pull" };
  const { digest, platform, manifest } = await registry.resolve(image.repository, image.reference, { signal });
  const layers = `${manifest.layers.length} layers for ${platform.os}/${platform.architecture}`;
  return { fact: `${image.repository}:${image.reference} is ${digest}, ${layers}` };
}

function warningsOf({ isPlainHttp, isTlsVerified }: RegistryConnection): string[] {
  return [
    ...(isPlainHttp ? ["plain HTTP is allowed for this connection: passwords and images travel in the open"] : []),
    ...(isTlsVerified ? [] : ["the registry's certificate is not verified for this connection"]),
  ];
}
