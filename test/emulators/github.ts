import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { createTokenService, refuse } from "./token-service.ts";

export interface GitHub extends EmulatedRegistry {
  readonly registry: Emulator;
  readonly api: Emulator;
}

const PAT = "ghp_classic-token";
const PAGE = 100;
const AT_ONCE = 2;

/** GitHub's registry (reference, 4.10): no catalog, 403 for what is missing, hundred tags on a page, patience for two manifests at once. */
export async function startGitHub(options: { readonly isUser?: boolean } = {}): Promise<GitHub> {
  const sample = await buildSampleContent({ namespace: "acme" });
  const faults = createFaults();
  const [seat, apiSeat, storage] = await Promise.all([
    takeSeat(),
    takeSeat(),
    startStorage(sample.content, [faults.handler]),
  ]);
  const tokens = createTokenService({ service: "ghcr.io", realm: `${seat.url}token`, accounts: { octocat: PAT } });
  const before = [
    faults.exceptBlobs,
    tokens.at("/token"),
    tokens.guard,
    noCatalog,
    deniedWhenMissing(sample),
    twoManifestsAtOnce(),
    oldestFirst(sample),
    storage.redirect,
  ];
  seat.serve(registryApp({ content: sample.content, before }));
  apiSeat.serve(packagesApi(sample, apiSeat.url, options.isUser ?? false));
  const blob = (password: string) => ({
    type: "github-cr" as const,
    registryBase: `${seat.host}/acme`,
    username: "octocat",
    password,
    extra: { plainHttp: true, apiUrl: apiSeat.url.href },
  });
  return {
    registry: seat,
    api: apiSeat,
    blob: blob(PAT),
    wrong: blob("ghp_wrong"),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    hasPushDates: true,
    [Symbol.asyncDispose]: disposeAll(seat, apiSeat, storage),
  };
}

const noCatalog: RequestHandler = (req, res, next) => {
  if (req.path === "/v2/_catalog") res.status(404).type("text").send("404 page not found");
  else next();
};

function deniedWhenMissing({ content }: SampleContent): RequestHandler {
  return (req, res, next) => {
    const name = /^\/v2\/(.+)\/(?:manifests|tags|blobs)\//.exec(req.path)?.[1];
    if (name && !content.tags(name)) refuse(res, 403, "DENIED", "requested access to the resource is denied");
    else next();
  };
}

/** 429 for callers in a hurry, signed in or not. */
function twoManifestsAtOnce(): RequestHandler {
  let running = 0;
  return (req, res, next) => {
    if (!req.path.includes("/manifests/")) return next();
    if (running >= AT_ONCE) {
      res.setHeader("retry-after", "2");
      refuse(res, 429, "TOOMANYREQUESTS", "retry-after: 2");
      return;
    }
    running += 1;
    res.once("close", () => {
      running -= 1;
    });
    setTimeout(next, 5);
  };
}

function oldestFirst({ content }: SampleContent): RequestHandler {
  return (req, res, next) => {
    const repository = /^\/v2\/(.+)\/tags\/list$/.exec(req.path)?.[1];
    const all = repository && content.tags(repository)?.toReversed();
    if (!all) return next();
    const size = Number(req.query.n ?? PAGE);
    const start = req.query.last ? all.indexOf(String(req.query.last)) + 1 : 0;
    const page = all.slice(start, start + size);
    if (start + size < all.length)
      res.setHeader("link", `</v2/${repository}/tags/list?last=${page.at(-1)}&n=${size}>; rel="next"`);
    res.json({ name: repository, tags: page });
  };
}

/** The packages REST API: names escaped, versions that are digests, untagged children among them, absolute links. */
function packagesApi({ content }: SampleContent, url: URL, isUser: boolean): Express {
  const app = express();
  const guard: RequestHandler = (req, res, next) => {
    if (req.headers.authorization === `Bearer ${PAT}`) next();
    else res.status(401).json({ message: "Bad credentials" });
  };
  const sendPage = (req: Request, res: Response, all: readonly object[]): void => {
    const [page, size] = [Number(req.query.page ?? 1), Math.min(Number(req.query.per_page ?? 30), PAGE)];
    const next = new URL(req.originalUrl, url);
    next.searchParams.set("page", String(page + 1));
    if (all.length > page * size) res.setHeader("link", `<${next}>; rel="next", <${url}>; rel="last"`);
    res.json(all.slice((page - 1) * size, page * size));
  };
  const packages = () =>
    content
      .repositories()
      .map((name) => ({ name: name.slice("acme/".length), package_type: "container", owner: { login: "Acme" } }));
  const versions = (req: Request, res: Response): void => {
    const repository = `acme/${req.params.name}`;
    const tags = content.tags(repository) ?? [];
    const byDigest = Map.groupBy(tags, (tag) => content.manifest(repository, tag)?.descriptor.digest ?? "");
    const version = (name: string, names: readonly string[]) => ({
      name,
      created_at: "2026-03-03T12:00:00Z",
      updated_at: "2026-03-04T12:00:00Z",
      metadata: { package_type: "container", container: { tags: names } },
    });
    sendPage(req, res, [
      version(`sha256:${"0".repeat(64)}`, []),
      ...[...byDigest].map(([digest, names]) => version(digest, names)),
    ]);
  };
  app.use(guard);
  if (!isUser) app.get("/orgs/acme/packages", (req, res) => sendPage(req, res, packages()));
  if (!isUser) app.get("/orgs/acme/packages/container/:name/versions", versions);
  app.get("/users/acme/packages", (req, res) => sendPage(req, res, packages()));
  app.get("/users/acme/packages/container/:name/versions", versions);
  app.use((_req, res) => void res.status(404).json({ message: "Not Found" }));
  return app;
}
