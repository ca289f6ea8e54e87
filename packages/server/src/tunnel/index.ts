export { createTunnelHub, type TunnelHubOptions } from "./create-hub.ts";
export type {
  CallbackAnswer,
  CallbackRequest,
  CallRule,
  RefusedRequest,
  TunnelCall,
  TunnelClient,
  TunnelHost,
  TunnelHub,
  TunnelRequest,
  TunnelResponse,
} from "./hub.ts";
export { loadServerRules } from "./rules.ts";
export { defaultTunnelSettings, type TunnelSettings, tunnelSettingsShape } from "./settings.ts";
export { shortHash, tokenHash } from "./token.ts";
