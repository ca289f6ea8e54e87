import type { ErrorKind } from "./error-kind.ts";

export const SCAN = {
  SCAN_LOST: {
    status: 500,
    retryable: true,
    likely: "the agent that ran the scan went away and did not come back in time",
    action: "start the scan again; look at the agent's log for why it ended",
  },
  SCAN_TIMEOUT: {
    status: 504,
    retryable: true,
    likely: "the scan took longer than its wall-clock limit",
    action: "raise TIDEWAITER_SCAN_TIMEOUT_MS, or give the agent more room",
  },
  CALLBACK_REFUSED: {
    status: 502,
    retryable: false,
    likely: "the callback address is no address that an agent may post to",
    action: "check BROKER_CLIENT_URL as seen from the agent",
  },
  WEBHOOK_REFUSED: {
    status: 400,
    retryable: false,
    likely: "alerts may not go to private, loopback or link-local addresses",
    action: "use a public address, or allow private ones with TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS=true",
  },
  POLICY_BROKEN: {
    status: 422,
    retryable: false,
    exit: 3,
    likely: "findings at or above the chosen severity",
    action: "update the packages that the table names, or allow the findings with a reason",
  },
} as const satisfies Record<string, ErrorKind>;
