import type { CheckReport, CheckResult, CheckStep, RegistryConnection } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import { type Assembly, assemble, createRegistry, type RegistryOptions } from "../create-registry.ts";
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
  const settings = { ...options, limits: { retry: CHECK_RETRY, ...options.limits } };
  const report = (address: string, steps: readonly CheckResult[]): CheckReport => ({
    ok: steps.every(({ verdict }) => verdict !== "fail"),
    registry: address,
    type: connection.type,
    steps: [...steps],
    warnings: warningsOf(connection),
    checkedAt: new Date().toISOString(),
  });
  let parts: Assembly;
  try {
    parts = assemble(connection, settings);
  } catch (error) {
    return report(connection.base ?? "", [await runStep("dns", () => Promise.reject(error))]);
  }
  const registry = createRegistry(connection, settings);
  try {
    return report(parts.address, await walk(parts, registry, connection, options));
  } finally {
    await Promise.all([registry.close(), parts.close()]);
  }
}

type Work = (signal: AbortSignal) => Promise<StepFinding>;

async function walk(
  parts: Assembly,
  registry: Registry,
  connection: RegistryConnection,
  options: CheckOptions,
): Promise<CheckResult[]> {
  const { outbound } = parts;
  const url = parts.registryUrl;
  const listed: { image?: { repository: string; reference: string } } = { image: options.image };
  const proxy = isProxied(url, outbound) ? "a proxy stands between" : undefined;
  const isPlain = url.protocol === "http:";
  const steps: readonly (readonly [CheckStep, Work, string | undefined])[] = [
    ["dns", (signal) => checkDns(url, signal), proxy],
    ["tcp", (signal) => checkTcp(url, signal), proxy],
    ["tls", (signal) => checkTls(url, outbound, signal), isPlain ? "plain HTTP" : proxy],
    ["auth", (signal) => checkAuth(parts, connection, signal), undefined],
    ["list", (signal) => checkList(registry, listed, signal), undefined],
    ["pull", (signal) => checkPull(registry, listed.image, signal), undefined],
  ];
  const results: CheckResult[] = [];
  for (const [step, work, reason] of steps) {
    const hasFailed = results.some(({ verdict, step: done }) => verdict === "fail" && done !== "list");
    results.push(
      hasFailed
        ? skipped(step, "an earlier step failed")
        : reason
          ? skipped(step, reason)
          : await timed(step, work, options),
    );
  }
  return results;
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
