import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { createTokenService, distributionScope, refuse } from "./token-service.ts";

export interface QuayOptions {
  /** With an OAuth token for `/api/v1`; robots cannot list there. */
  readonly hasApiToken?: boolean;
}

export interface Quay extends EmulatedRegistry {
  readonly registry: Emulator;
}

const ROBOT = "acme+puller";
const OAUTH_TOKEN = "quay-oauth-token";
const SCOPE = /^repository:(?:[\w.-]+(?::\d+)?\/)?[a-z0-9_./-]+:(?:pull|push|\*)(?:,(?:pull|push|\*))*$/;
const PAGE_MAX = 100;

/** Quay (reference, 4.8): answers strangers with an empty catalog, takes only bearer tokens there, and hides cursors. */
export async function startQuay({ hasApiToken = false }: QuayOptions = {}): Promise<Quay> {
  const sample = await buildSampleContent({ namespace: "acme", isNested: false });
  const faults = createFaults();
  const [seat, storage] = await Promise.all([takeSeat(), startStorage(sample.content, [faults.handler])]);
  const tokens = createTokenService({
    service: seat.host,
    realm: `${seat.url}v2/auth`,
    accounts: { [ROBOT]: "robot-token" },
    // Only the field `token`, a JWT that lives an hour.
    answer: (token) => ({ token }),
    scopeOf: (path) => (path === "/v2/_catalog" ? undefined : distributionScope(path)),
  });
  const before = [
    faults.exceptBlobs,
    checkScope,
    tokens.at("/v2/auth"),
    emptyForStrangers(seat.url),
    tokens.guard,
    hiddenPages(sample, seat.url),
    storage.redirect,
    quayApi(sample),
  ];
  seat.serve(registryApp({ content: sample.content, before }));
  const blob = (password: string) => ({
    type: "quay-cr" as const,
    registryBase: `${seat.host}/acme`,
    username: ROBOT,
    password,
    extra: { plainHttp: true, apiUrl: seat.url.href, ...(hasApiToken && { apiToken: OAUTH_TOKEN }) },
  });
  return {
    registry: seat,
    blob: blob("robot-token"),
    wrong: blob("not-the-token"),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    hasPushDates: hasApiToken,
    [Symbol.asyncDispose]: disposeAll(seat, storage),
  };
}

/** `registry:catalog:*` and its like are an invalid request. */
const checkScope: RequestHandler = (req, res, next) => {
  const scopes = [req.query.scope ?? []].flat().map(String);
  if (req.path === "/v2/auth" && scopes.some((scope) => !SCOPE.test(scope)))
    refuse(res, 400, "INVALID_REQUEST", "Unable to decode repository and actions");
  else next();
};

/** 200 with nothing for those who show nothing; Basic is no bearer token. */
function emptyForStrangers(url: URL): RequestHandler {
  return (req, res, next) => {
    if (req.path !== "/v2/_catalog") return next();
    if (!req.headers.authorization) return void res.json({ repositories: [] });
    if (req.headers.authorization.startsWith("Bearer ")) return next();
    res.setHeader("www-authenticate", `Bearer realm="${url}v2/auth",service="${url.host}"`);
    refuse(res, 401, "UNAUTHORIZED", "Invalid bearer token format");
  };
}

/** Absolute links with an opaque `next_page`, at most 100 on a page whatever is asked for. */
function hiddenPages({ content }: SampleContent, url: URL): RequestHandler {
  return (req, res, next) => {
    const repository = /^\/v2\/(.+)\/tags\/list$/.exec(req.path)?.[1];
    const all = req.path === "/v2/_catalog" ? content.repositories() : repository && content.tags(repository);
    if (!all) return next();
    const start = Number(Buffer.from(String(req.query.next_page ?? ""), "base64url").toString() || 0);
    const size = Math.min(Number(req.query.n ?? PAGE_MAX), PAGE_MAX);
    const cursor = Buffer.from(String(start + size)).toString("base64url");
    if (start + size < all.length)
      res.setHeader("link", `<${new URL(req.path, url)}?n=${size}&next_page=${cursor}>; rel="next"`);
    const page = all.slice(start, start + size);
    res.json(repository ? { name: repository, tags: page } : { repositories: page });
  };
}

function quayApi({ content }: SampleContent): Express {
  const app = express();
  const guard: RequestHandler = (req, res, next) => {
    if (req.headers.authorization === `Bearer ${OAUTH_TOKEN}`) next();
    else res.status(401).json({ error: "invalid_token", message: "Unauthorized" });
  };
  app.get("/api/v1/repository", guard, (req, res) => {
    const { namespace } = req.query;
    if (!namespace)
      return void res.status(400).json({ detail: "namespace, starred or public must be given", status: 400 });
    const all = content.repositories().filter((name) => name.startsWith(`${namespace}/`));
    const start = Number(req.query.next_page ?? 0);
    const next = start + PAGE_MAX < all.length ? { next_page: String(start + PAGE_MAX) } : {};
    const repositories = all
      .slice(start, start + PAGE_MAX)
      .map((name) => ({ namespace, name: name.slice(String(namespace).length + 1), last_modified: 1_772_000_000 }));
    res.json({ repositories, ...next });
  });
  app.get("/api/v1/repository/:namespace/:name/tag/", guard, (req, res) => {
    const repository = `${req.params.namespace}/${req.params.name}`;
    const tags = content.tags(repository);
    if (!tags) return void res.status(404).json({ error: "not_found", detail: "Not Found" });
    const [page, limit] = [Number(req.query.page ?? 1), Math.min(Number(req.query.limit ?? 50), PAGE_MAX)];
    const items = tags.slice((page - 1) * limit, page * limit).map((name) => ({
      name,
      manifest_digest: content.manifest(repository, name)?.descriptor.digest,
      is_manifest_list: false,
      size: 4321,
      start_ts: 1_772_000_000,
      last_modified: "Wed, 25 Feb 2026 06:13:20 -0000",
    }));
    res.json({ tags: items, page, has_additional: tags.length > page * limit });
  });
  return app;
}
