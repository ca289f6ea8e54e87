export {
  type ApiUrls,
  apiUrlsFromEnv,
  createRegistryShared,
  type RegistryOptions,
  type RegistryShared,
} from "./assembly.ts";
export { type CheckOptions, checkRegistry } from "./check/check-registry.ts";
export { createRegistry } from "./create-registry.ts";
export { DEFAULT_LIMITS, type RegistryLimits } from "./limits.ts";
export { GOOGLE_KEYS_URL } from "./push/google-keys.ts";
export type { PushDelivery } from "./push/push-reader.ts";
export { createPushReader, type PushReader, type PushReaderOptions } from "./push/read-push.ts";
export type { ManifestHead, Referrer, Registry, ResolvedImage } from "./registry.ts";
