import {
  type BundleReport,
  checkStoreFile,
  exportBundle,
  importBundle,
  isBundle,
  openAdvisoryStore,
  readPublicKey,
  readSigningKey,
  type StoreChanges,
  type UpdateOptions,
  updateAdvisories,
} from "@tidewaiter/advisories";
import { outboundFromEnv, printableLine } from "@tidewaiter/runtime";
import type { CommandContext } from "../context.ts";
import { createDbProgress } from "./progress.ts";
import type { DbSettings } from "./settings.ts";
import { describeStatus, formatStatus } from "./status.ts";

type Context = Pick<CommandContext, "env" | "stdout" | "stderr" | "signal">;

/** Fetches and swaps; the last line says what is new. */
export async function updateDatabase(context: Context, path: string, settings: DbSettings): Promise<void> {
  const progress = createDbProgress(context.stderr);
  try {
    const report = await updateAdvisories(updateOptions(context, path, settings, progress.update));
    progress.end();
    context.stdout.write(`${report.records} records; ${describeChanges(report.changes)}\n`);
  } finally {
    progress.end();
  }
}

function updateOptions(
  { env, signal }: Context,
  path: string,
  settings: DbSettings,
  onProgress: UpdateOptions["onProgress"],
): UpdateOptions {
  return {
    path,
    sources: settings.TIDEWAITER_ADVISORY_SOURCES,
    ecosystems: settings.TIDEWAITER_ADVISORY_ECOSYSTEMS,
    kevUrl: settings.TIDEWAITER_KEV_URL,
    epssUrl: settings.TIDEWAITER_EPSS_URL,
    debianTrackerUrl: settings.TIDEWAITER_DEBIAN_TRACKER_URL,
    maxDownloadBytes: settings.TIDEWAITER_ADVISORY_MAX_DOWNLOAD_BYTES,
    maxDeltas: settings.TIDEWAITER_ADVISORY_MAX_DELTAS,
    isForced: settings.TIDEWAITER_ADVISORY_FORCE,
    publicKey: publicKeyOf(settings),
    outbound: outboundFromEnv(env),
    signal,
    onProgress,
  };
}

/** A bundle is checked and swapped in; anything else is read as records. */
export async function importDatabase(
  context: Context,
  path: string,
  file: string,
  settings: DbSettings,
): Promise<void> {
  if (!(await isBundle(file))) {
    const all = { ...settings, TIDEWAITER_ADVISORY_SOURCES: [file] };
    await updateDatabase(context, path, all);
    return;
  }
  const isForced = settings.TIDEWAITER_ADVISORY_FORCE;
  const report = await importBundle(file, path, { publicKey: publicKeyOf(settings), isForced, signal: context.signal });
  context.stdout.write(
    `${report.records} records, built ${report.built}; ${describeSignature(report)}; ${describeChanges(report.changes)}\n`,
  );
}

export async function exportDatabase(
  context: Context,
  path: string,
  file: string,
  settings: DbSettings,
): Promise<void> {
  const key = settings.TIDEWAITER_ADVISORY_SIGNING_KEY;
  const signingKey = key && readSigningKey(key.reveal());
  const report = await exportBundle(path, file, { signingKey, signal: context.signal });
  const signed = signingKey ? "signed" : "not signed: set TIDEWAITER_ADVISORY_SIGNING_KEY to sign it";
  context.stdout.write(`${printableLine(file)}: ${report.records} records, built ${report.built}; ${signed}\n`);
}

/** @throws {BrokerError} ADVISORIES_MISSING, so that scripts see the difference by exit code. */
export function showStatus({ stdout }: Context, path: string, isJson: boolean): void {
  const store = openAdvisoryStore(path);
  try {
    const status = describeStatus(store, Date.now());
    stdout.write(isJson ? `${JSON.stringify(status, undefined, 2)}\n` : formatStatus(status));
  } finally {
    store.close();
  }
}

/** @throws {BrokerError} ADVISORIES_INVALID with what is wrong. */
export function verifyDatabase({ stdout }: Context, path: string): void {
  const store = openAdvisoryStore(path);
  try {
    const built = store.snapshot().meta.get("built");
    checkStoreFile(path);
    stdout.write(`${printableLine(path)}: whole, built ${built}\n`);
  } finally {
    store.close();
  }
}

function publicKeyOf({ TIDEWAITER_ADVISORY_PUBLIC_KEY: pem }: DbSettings) {
  return pem === undefined ? undefined : readPublicKey(pem);
}

function describeSignature({ signature }: BundleReport): string {
  if (signature === "verified") return "signature verified";
  return signature === "unsigned"
    ? "NOT SIGNED"
    : "signed, but not checked: set TIDEWAITER_ADVISORY_PUBLIC_KEY to check it";
}

function describeChanges(changes: StoreChanges | undefined): string {
  if (!changes) return "there was no data before";
  const exploited = changes.exploited.length > 0 ? `, ${changes.exploited.length} newly known to be exploited` : "";
  return `advisories of ${changes.packages.length} packages changed${exploited}`;
}
