import type { z } from "zod";
import { readPages } from "./distribution/pages.ts";
import type { RegistryLimits } from "./limits.ts";
import type { ApiAnswer, ApiCall, VendorApi } from "./vendor-api.ts";

export interface VendorPages<S extends z.ZodType, T> {
  readonly api: VendorApi;
  readonly first: URL;
  readonly schema: S;
  readonly items: (data: z.output<S>) => readonly T[];
  readonly keyOf: (item: T) => string;
  /** Where the next page is; the `Link` header's address when left out. */
  readonly next?: (answer: ApiAnswer<z.output<S>>, current: URL) => URL | undefined;
  readonly limits: RegistryLimits;
  readonly call?: ApiCall;
}

/** Pages of a vendor's API as they come, with the guards of all listings. */
export function vendorPages<S extends z.ZodType, T>(options: VendorPages<S, T>): AsyncGenerator<readonly T[]> {
  const { api, first, schema, items, keyOf, limits, call } = options;
  const next = options.next ?? ((answer) => answer.next);
  return readPages({
    first,
    keyOf,
    budget: limits.pageBudget,
    what: first.pathname,
    read: async (url) => {
      const answer = await api.call(url, schema, call);
      return { items: items(answer.data), next: next(answer, url) };
    },
  });
}

/** Pages of another kind of item. */
export async function* mapPages<T, U>(
  pages: AsyncIterable<readonly T[]>,
  map: (item: T) => U | undefined,
): AsyncGenerator<readonly U[]> {
  for await (const page of pages) {
    const mapped = page.flatMap((item) => map(item) ?? []);
    if (mapped.length > 0) yield mapped;
  }
}

/** The same address with one parameter set; others are left as they are. */
export function withQuery(url: URL, name: string, value: string | number): URL {
  const next = new URL(url);
  next.searchParams.set(name, String(value));
  return next;
}

/** The two fields of a push date, or none when the text is no date. */
export function pushDate(time: string | number | null | undefined): { pushedAt?: string; pushedAtSource?: "registry" } {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? {} : { pushedAt: date.toISOString(), pushedAtSource: "registry" };
}
