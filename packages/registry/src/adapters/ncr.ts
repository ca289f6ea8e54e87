import type { AdapterDefinition } from "./adapter.ts";
import { createHarbor } from "./harbor-cr.ts";

/**
 * NHN Cloud Container Registry: Harbor in effect, its registry being Harbor's project. Whether the REST API is open to access
 * keys is not documented, so it is tried and the catalog after it (reference, 4.13). An image-cache registry may need minutes for
 * its first answer.
 */
export const ncr: AdapterDefinition = { type: "ncr", limits: { headersTimeoutMs: 240_000 }, create: createHarbor };
