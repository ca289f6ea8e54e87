import type { AdapterDefinition } from "./adapter.ts";

/** Any registry that keeps to the distribution specification: nothing is otherwise. */
export const oci: AdapterDefinition = { type: "oci" };
