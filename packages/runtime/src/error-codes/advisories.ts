import type { ErrorKind } from "./error-kind.ts";

export const ADVISORIES = {
  ADVISORIES_MISSING: {
    status: 503,
    retryable: false,
    exit: 69,
    likely: "no advisory data was loaded yet",
    action: "run tidewaiter db update, or db import with a bundle",
  },
  ADVISORIES_INVALID: {
    status: 422,
    retryable: false,
    likely: "the download or bundle is damaged, incomplete or not signed by the known key",
    action: "fetch it again; the present data stays in use",
  },
  ADVISORIES_OLDER: {
    status: 409,
    retryable: false,
    likely: "the source is a mirror that lags behind, an old bundle, or lacks an ecosystem",
    action:
      "fetch the data again, or force it (db --force) when the older data is what you want; the present data stays in use",
  },
} as const satisfies Record<string, ErrorKind>;
