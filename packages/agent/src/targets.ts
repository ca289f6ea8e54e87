import {
  checkRegistry,
  createPushReader,
  createRegistry,
  createRegistryShared,
  type PushReader,
} from "@tidewaiter/registry";
import { createAllowedTargets } from "./access/allowed-targets.ts";
import { createSecretMemory } from "./access/secret-memory.ts";
import type { AgentOptions } from "./agent.ts";
import { createRegistryPool, type RegistryPool } from "./registry-pool.ts";
import type { CheckTarget } from "./routes/health-routes.ts";

/** The registries that this agent may call, opened, checked and listened to with its proxy and authorities. */
export function createTargets({ settings, log, outbound, apiUrls, redactor }: AgentOptions): {
  registries: RegistryPool;
  check: CheckTarget;
  pushReader: PushReader;
} {
  const remember = redactor && createSecretMemory(redactor);
  const allowed = createAllowedTargets(settings.TIDEWAITER_ALLOWED_REGISTRIES, settings.TIDEWAITER_ALLOWED_ROLE_ARNS);
  const common = { outbound, log, apiUrls, shared: createRegistryShared() };
  const registries = createRegistryPool({
    log,
    open: (target, credential) => {
      allowed.checkConnection(target);
      remember?.(target, credential);
      const registry = createRegistry(target, common);
      try {
        allowed.checkAddress(registry.address);
      } catch (error) {
        void registry.close();
        throw error;
      }
      return registry;
    },
  });
  const check: CheckTarget = async (target, credential, connection, signal) => {
    using _allowed = registries.lease(connection, target, credential);
    return checkRegistry(target, { ...common, signal });
  };
  const pushReader = createPushReader({ outbound, googleKeysUrl: settings.TIDEWAITER_GOOGLE_KEYS_URL });
  return { registries, check, pushReader };
}
