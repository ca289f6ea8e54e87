import type { RegistryType } from "@tidewaiter/contract";
import type { AdapterDefinition } from "./adapter.ts";
import { dockerHub } from "./docker-hub.ts";
import { harbor } from "./harbor-cr.ts";
import { ncr } from "./ncr.ts";
import { oci } from "./oci.ts";

/** One line for each type; a missing one does not compile. */
export const ADAPTERS: Partial<Record<RegistryType, AdapterDefinition>> = {
  "docker-hub": dockerHub,
  "harbor-cr": harbor,
  ncr,
  oci,
};
