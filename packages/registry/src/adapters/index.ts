import type { RegistryType } from "@tidewaiter/contract";
import type { AdapterDefinition } from "./adapter.ts";
import { oci } from "./oci.ts";

/** One line for each type; a missing one does not compile. */
export const ADAPTERS: Partial<Record<RegistryType, AdapterDefinition>> = {
  oci,
};
