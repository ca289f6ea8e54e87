import { type BuildReport, readPublicKey, updateAdvisories } from "@tidewaiter/advisories";
import type { OutboundOptions } from "@tidewaiter/runtime";
import type { ServerSettings } from "../config.ts";

/** An update as the settings say; downloading runs here, building in a worker. */
export function createFetch(
  settings: ServerSettings,
  path: string,
  outbound: OutboundOptions,
): (signal: AbortSignal) => Promise<BuildReport> {
  const key = settings.TIDEWAITER_ADVISORY_PUBLIC_KEY;
  const options = {
    path,
    outbound,
    sources: settings.TIDEWAITER_ADVISORY_SOURCES,
    ecosystems: settings.TIDEWAITER_ADVISORY_ECOSYSTEMS,
    kevUrl: settings.TIDEWAITER_KEV_URL,
    epssUrl: settings.TIDEWAITER_EPSS_URL,
    debianTrackerUrl: settings.TIDEWAITER_DEBIAN_TRACKER_URL,
    maxDownloadBytes: settings.TIDEWAITER_ADVISORY_MAX_DOWNLOAD_BYTES,
    maxDeltas: settings.TIDEWAITER_ADVISORY_MAX_DELTAS,
    isForced: settings.TIDEWAITER_ADVISORY_FORCE,
    ...(key && { publicKey: readPublicKey(key) }),
  };
  return (signal) => updateAdvisories({ ...options, signal });
}
