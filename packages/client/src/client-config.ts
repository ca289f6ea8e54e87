import type { ClientSettings } from "./settings.ts";

/** What the client tells the server of its set-up: which features are on, never their values (protocol 1.5). */
export function describeConfig(settings: ClientSettings): Record<string, boolean> {
  return {
    haMode: settings.BROKER_HA_MODE_ENABLED,
    debugMode: settings.LOG_LEVEL === "debug" || settings.LOG_LEVEL === "trace",
    bodyLogMode: false,
    credPooling: settings.BROKER_CLIENT_VALIDATION_AUTHORIZATION_HEADER_POOL !== undefined,
    privateCa: settings.CA_CERT !== undefined,
    tlsReject: settings.NODE_TLS_REJECT_UNAUTHORIZED === "0",
    proxy: settings.HTTP_PROXY !== undefined || settings.HTTPS_PROXY !== undefined,
    customAccept: settings.ACCEPT !== undefined,
    insecureDownstream: settings.INSECURE_DOWNSTREAM !== undefined,
    universalBroker: false,
  };
}
