import { BrokerError } from "@tidewaiter/runtime";
import type { z } from "zod";
import type { Distribution } from "./distribution/distribution.ts";
import { nextPage, readPages } from "./distribution/pages.ts";
import { nextLink } from "./http/link-header.ts";
import { readJson } from "./http/read-body.ts";
import type { RegistryLimits } from "./limits.ts";

export interface SessionPages<S extends z.ZodType, T> {
  readonly core: Distribution;
  readonly limits: RegistryLimits;
  readonly first: URL;
  /** What scopes are remembered for: `repository/<name>` shares tokens with pulls. */
  readonly target: string;
  readonly schema: S;
  readonly items: (data: z.output<S>) => readonly T[];
  readonly keyOf: (item: T) => string;
  readonly signal?: AbortSignal;
}

/** Pages of what a vendor's registry serves beside the specification, read with the registry's own tokens. */
export function sessionPages<S extends z.ZodType, T>(options: SessionPages<S, T>): AsyncGenerator<readonly T[]> {
  const { core, limits, first, target, schema, items, keyOf, signal } = options;
  return readPages({
    first,
    keyOf,
    budget: limits.pageBudget,
    what: first.pathname,
    read: async (url) => {
      const asked = { kind: "api", name: url.pathname } as const;
      const answer = await core.session.open({ method: "GET", url, target, asked, signal });
      const parsed = schema.safeParse(await readJson(answer, limits.maxPageBytes, url.pathname));
      if (!parsed.success)
        throw new BrokerError("REGISTRY_PROTOCOL", `${url.host}${url.pathname} answered in an unknown form`);
      return { items: items(parsed.data), next: nextPage(url, nextLink(answer.headers("link"))) };
    },
  });
}
