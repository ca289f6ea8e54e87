export { checkRegistry } from "./check/check-registry.ts";
export { createRegistry, createRegistryShared, type RegistryOptions, type RegistryShared } from "./create-registry.ts";
export { DEFAULT_LIMITS, type RegistryLimits } from "./limits.ts";
export type { ManifestHead, Registry, ResolvedImage } from "./registry.ts";
