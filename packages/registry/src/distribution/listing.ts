import { BrokerError } from "@tidewaiter/runtime";
import { z } from "zod";
import type { Authorizer } from "../auth/authorizer.ts";
import { AnswerError, errorInside, WRONG_SHAPE } from "../http/answer-error.ts";
import { nextLink } from "../http/link-header.ts";
import { readJson } from "../http/read-body.ts";
import type { HttpAnswer } from "../http/transport.ts";
import type { RegistryLimits } from "../limits.ts";
import { nextPage, readPages } from "./pages.ts";
import type { RegistryCall, Session } from "./session.ts";

const names = z.array(z.string()).nullish();
const catalogSchema = z.object({ repositories: names });
const tagsSchema = z.object({ tags: names });

/** Names on a page; `all` asks without a size. */
export type PageSize = number | "all";

export interface Listing {
  /** `_catalog`, after signing in. @throws {BrokerError} CATALOG_UNSUPPORTED when the registry does not give it to these credentials. */
  catalog(signal?: AbortSignal, pageSize?: PageSize): AsyncIterable<readonly string[]>;
  tags(repository: string, signal?: AbortSignal, pageSize?: PageSize): AsyncIterable<readonly string[]>;
  /** `GET /v2/`. Rejects when the registry does not take the credentials. */
  ping(signal?: AbortSignal): Promise<void>;
}

export interface ListingContext {
  readonly session: Session;
  readonly authorizer: Authorizer;
  readonly rootOf: (signal?: AbortSignal) => Promise<URL>;
  readonly limits: RegistryLimits;
}

type Pick = (json: unknown) => readonly string[];

export function createListing({ session, authorizer, rootOf, limits }: ListingContext): Listing {
  const ping = async (signal?: AbortSignal): Promise<void> => {
    const url = await rootOf(signal);
    const asked = { kind: "ping", name: `${url.host}${url.pathname}` } as const;
    const answer = await session.open({ method: "GET", url, target: "ping", asked, signal });
    assertNoWebPage(answer, asked.name);
    await answer.discard();
  };

  const pages = (first: Omit<RegistryCall, "method" | "url">, url: URL, pageSize: PageSize, pick: Pick) =>
    readPages({
      first: url,
      keyOf: (name: string) => name,
      budget: limits.pageBudget,
      what: first.asked.name,
      // Harbor answers so when the repository that the cursor names was deleted meanwhile.
      isCursorGone: (error) => error instanceof AnswerError && error.httpStatus === 400,
      read: async (at) => {
        const answer = await openPage(at, first, pageSize, session);
        assertNoWebPage(answer, first.asked.name);
        const json = await readJson(answer, limits.maxPageBytes, first.asked.name);
        const refusal = errorInside(json, answer, first.asked);
        if (refusal) throw refusal;
        const items = pick(json);
        return {
          items,
          next: nextPage(answer.url.origin === at.origin ? at : answer.url, nextLink(answer.headers("link"))),
        };
      },
    });

  return {
    ping,
    async *catalog(signal, pageSize = limits.catalogPageSize) {
      // Strangers get an empty list from some registries (Quay), so nobody asks as one who need not.
      await ping(signal);
      authorizer.allowUnscoped("catalog");
      const url = new URL("_catalog", await rootOf(signal));
      const call = {
        target: "catalog",
        asked: { kind: "catalog", name: `the catalog of ${url.host}` },
        signal,
      } as const;
      try {
        yield* pages(call, url, pageSize, (json) => catalogSchema.parse(json).repositories ?? []);
      } catch (error) {
        throw await catalogError(error, () => ping(signal));
      }
    },
    async *tags(repository, signal, pageSize = limits.tagPageSize) {
      const url = new URL(`${repository}/tags/list`, await rootOf(signal));
      const call = { target: `repository/${repository}`, asked: { kind: "tags", name: repository }, signal } as const;
      yield* pages(call, url, pageSize, (json) => tagsSchema.parse(json).tags ?? []);
    },
  };
}

/** The first page by size; smaller, then without a size, where the registry refuses it (reference, 3.3). */
async function openPage(
  at: URL,
  call: Omit<RegistryCall, "method" | "url">,
  pageSize: PageSize,
  session: Session,
): Promise<HttpAnswer> {
  if (at.search !== "") return session.open({ ...call, method: "GET", url: at });
  const sizes = pageSize === "all" ? [undefined] : [pageSize, ...(pageSize > 100 ? [100] : []), undefined];
  for (const size of sizes) {
    const url = new URL(at);
    if (size !== undefined) url.search = `?n=${size}`;
    try {
      return await session.open({ ...call, method: "GET", url });
    } catch (error) {
      const isSizeFault = error instanceof AnswerError && (error.httpStatus === 400 || error.httpStatus === 405);
      if (!isSizeFault || size === undefined) throw error;
    }
  }
  throw new BrokerError("REGISTRY_PROTOCOL", `${call.asked.name}: no page size is accepted`);
}

/** Google answers a catalog call with a redirect to its documentation. */
function assertNoWebPage(answer: HttpAnswer, what: string): void {
  if (!/text\/html/i.test(answer.header("content-type") ?? "")) return;
  answer.body.destroy();
  throw new BrokerError("REGISTRY_PROTOCOL", `${what}: ${answer.url.host} answered with a web page`, WRONG_SHAPE);
}

/** A refused catalog means that listing is not allowed only when the credentials are good otherwise. */
async function catalogError(error: unknown, ping: () => Promise<void>): Promise<unknown> {
  if (error instanceof z.ZodError)
    return new BrokerError("REGISTRY_PROTOCOL", "the catalog has another form than the specification's");
  if (!(error instanceof BrokerError)) return error;
  if (error.code !== "REGISTRY_UNAUTHORIZED" && error.code !== "REGISTRY_FORBIDDEN") return error;
  await ping();
  return new BrokerError("CATALOG_UNSUPPORTED", `${error.message} (the credentials themselves are accepted)`, {
    cause: error,
  });
}
