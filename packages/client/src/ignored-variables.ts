import type { Env } from "@tidewaiter/runtime";

export interface IgnoredVariable {
  readonly name: string;
  /** Why it has no effect, and what to do instead where there is something to do. */
  readonly reason: string;
}

const UNIVERSAL =
  "the universal mode is not there: run one client for each token, with BROKER_TOKEN and the CR_ variables";

/** Variables of the vendor's client whose effect somebody may rely on, and that have none here. */
const REASONS: Readonly<Record<string, string>> = {
  RES_BODY_URL_SUB:
    "it would write an address with the broker token into response bodies; responses of a registry agent hold no addresses of source control to replace",
  METRICS_OTEL_ENDPOINT: "figures are not pushed: let a collector read /metrics (Prometheus text)",
  LOG_ENABLE_BODY: "bodies are never logged",
  UNIVERSAL_BROKER_ENABLED: UNIVERSAL,
  UNIVERSAL_BROKER_GA: UNIVERSAL,
  DEPLOYMENT_ID: UNIVERSAL,
  CLIENT_ID: UNIVERSAL,
  CLIENT_SECRET: UNIVERSAL,
};
const OFF = new Set(["", "false", "0", "no", "off"]);

/** Those that are set to something. */
export function ignoredVariables(env: Env): readonly IgnoredVariable[] {
  return Object.entries(REASONS)
    .filter(([name]) => !OFF.has((env[name] ?? "").toLowerCase()))
    .map(([name, reason]) => ({ name, reason }));
}
