import { randomUUID } from "node:crypto";
import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { createTokenService, refuse } from "./token-service.ts";

export interface DockerHubOptions {
  /** The Hub API refuses personal access tokens at times (reference, 4.7). */
  readonly refusesTokensOnApi?: boolean;
  /** Pulls that are left when it starts. */
  readonly quota?: { readonly limit: number; readonly remaining: number };
}

export interface DockerHub extends EmulatedRegistry {
  readonly registry: Emulator;
  readonly api: Emulator;
}

const ACCOUNTS = { acme: "dckr_pat_secret" };
const API_PAGE_MAX = 100;

/** Docker Hub (reference, 4.7): tokens on a host of their own, no catalog ever, the Hub API, a quota that counts manifest GETs. */
export async function startDockerHub(options: DockerHubOptions = {}): Promise<DockerHub> {
  const sample = await buildSampleContent({ namespace: "acme", isNested: false });
  const faults = createFaults();
  const [seat, tokenSeat, apiSeat, storage] = await Promise.all([
    takeSeat(),
    takeSeat(),
    takeSeat(),
    startStorage(sample.content, [faults.handler]),
  ]);
  const tokens = createTokenService({
    service: "registry.docker.io",
    realm: `${tokenSeat.url}token`,
    accounts: ACCOUNTS,
    allowsAnonymous: true,
  });
  tokenSeat.serve(express().use(demandUserAgent, tokens.at("/token")));
  seat.serve(
    registryApp({
      content: sample.content,
      before: [
        demandUserAgent,
        faults.exceptBlobs,
        refuseCatalog(`${tokenSeat.url}token`),
        tokens.guard,
        countPulls(options.quota),
        storage.redirect,
      ],
    }),
  );
  apiSeat.serve(hubApi(sample, options.refusesTokensOnApi ?? false, apiSeat.url));
  const blob = (password: string) => ({
    type: "docker-hub" as const,
    registryBase: seat.host,
    username: "acme",
    password,
    extra: { plainHttp: true, apiUrl: apiSeat.url.href },
  });
  return {
    registry: seat,
    api: apiSeat,
    blob: blob(ACCOUNTS.acme),
    wrong: blob("not-the-password"),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    hasPushDates: true,
    [Symbol.asyncDispose]: disposeAll(seat, tokenSeat, apiSeat, storage),
  };
}

const demandUserAgent: RequestHandler = (req, res, next) => {
  if (req.headers["user-agent"]) next();
  else res.status(403).send("Forbidden");
};

/** 401 insufficient_scope, whatever the token. */
function refuseCatalog(realm: string): RequestHandler {
  return (req, res, next) => {
    if (req.path !== "/v2/_catalog") return next();
    res.setHeader(
      "www-authenticate",
      `Bearer realm="${realm}",service="registry.docker.io",scope="registry:catalog:*",error="insufficient_scope"`,
    );
    refuse(res, 401, "UNAUTHORIZED", "authentication required");
  };
}

/** HEAD tells the state and costs nothing. */
function countPulls(quota: DockerHubOptions["quota"]): RequestHandler {
  let remaining = quota?.remaining ?? 0;
  return (req, res, next) => {
    if (!quota || !req.path.includes("/manifests/")) return next();
    if (req.method === "GET") remaining -= 1;
    res.setHeader("ratelimit-limit", `${quota.limit};w=21600`);
    res.setHeader("ratelimit-remaining", `${Math.max(0, remaining)};w=21600`);
    if (remaining >= 0) return next();
    res.setHeader("retry-after", "2");
    refuse(res, 429, "TOOMANYREQUESTS", "You have reached your pull rate limit.");
  };
}

/** hub.docker.com: bearer tokens of ten minutes, absolute `next` addresses, at most 100 on a page. */
function hubApi({ content }: SampleContent, refusesTokens: boolean, url: URL): Express {
  const app = express();
  const given = new Set<string>();
  app.use(demandUserAgent, express.json());
  app.post("/v2/auth/token", (req, res) => {
    const { identifier, secret } = req.body as { identifier?: string; secret?: string };
    if (identifier !== "acme" || secret !== ACCOUNTS.acme)
      return void res.status(401).json({ detail: "Incorrect authentication credentials" });
    const token = randomUUID();
    given.add(token);
    res.json({ access_token: token });
  });
  app.use((req, res, next) => {
    if (!given.has((req.headers.authorization ?? "").replace("Bearer ", "")))
      return void res.status(401).json({ message: "unauthorized" });
    if (refusesTokens)
      return void res.status(403).json({ detail: "access to the resource is forbidden with personal access token" });
    next();
  });
  const sendPage = (req: express.Request, res: express.Response, all: readonly object[]): void => {
    const [page, size] = [Number(req.query.page ?? 1), Math.min(Number(req.query.page_size ?? 10), API_PAGE_MAX)];
    const hasMore = all.length > page * size;
    const next = hasMore ? new URL(`${req.path}?page=${page + 1}&page_size=${size}`, url).href : null;
    res.json({ count: all.length, next, previous: null, results: all.slice((page - 1) * size, page * size) });
  };
  app.get("/v2/repositories/namespaces", (_req, res) => void res.json({ namespaces: ["acme"] }));
  app.get("/v2/namespaces/:namespace/repositories", (req, res) => {
    const prefix = `${req.params.namespace}/`;
    const names = content.repositories().filter((name) => name.startsWith(prefix));
    sendPage(
      req,
      res,
      names.map((name) => ({ name: name.slice(prefix.length), namespace: req.params.namespace })),
    );
  });
  app.get("/v2/namespaces/:namespace/repositories/:name/tags", (req, res) => {
    const repository = `${req.params.namespace}/${req.params.name}`;
    const tags = content.tags(repository);
    if (!tags) return void res.status(404).json({ message: "object not found" });
    sendPage(
      req,
      res,
      tags.map((tag) => {
        const manifest = content.manifest(repository, tag);
        return {
          name: tag,
          digest: manifest?.descriptor.digest,
          full_size: 1234,
          last_updated: "2026-03-01T10:00:00.123456Z",
          tag_last_pushed: "2026-03-01T10:00:00.123456Z",
          images: [
            { architecture: "amd64", os: "linux", variant: null, digest: manifest?.descriptor.digest, size: 1234 },
          ],
        };
      }),
    );
  });
  return app;
}
