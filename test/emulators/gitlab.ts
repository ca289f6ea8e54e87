import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { createTokenService, distributionScope, refuse } from "./token-service.ts";

export interface GitLabOptions {
  /** `/gitlab/v1` beside `/v2`: newer registries have it (reference, 4.12). */
  readonly hasNativeApi?: boolean;
  /** A deploy token pulls but may not use the REST API. */
  readonly isDeployToken?: boolean;
}

export interface GitLab extends EmulatedRegistry {
  readonly registry: Emulator;
  readonly gitlab: Emulator;
}

const PAT = "glpat-read-api";
const DEPLOY_TOKEN = "gldt-read-registry";

/** GitLab (reference, 4.12): tokens of five minutes from the GitLab host, no catalog, projects by REST, tags by `/gitlab/v1`. */
export async function startGitLab(options: GitLabOptions = {}): Promise<GitLab> {
  const { hasNativeApi = true, isDeployToken = false } = options;
  const sample = await buildSampleContent({ namespace: "acme" });
  const faults = createFaults();
  const [seat, gitlab, storage] = await Promise.all([
    takeSeat(),
    takeSeat(),
    startStorage(sample.content, [faults.handler]),
  ]);
  const tokens = createTokenService({
    service: "container_registry",
    realm: `${gitlab.url}jwt/auth`,
    accounts: { anybody: PAT, "gitlab+deploy-token-1": DEPLOY_TOKEN },
    lifetimeS: 300,
    guards: /^\/(v2|gitlab\/v1)/,
    scopeOf: (path) => nativeScope(path) ?? distributionScope(path),
  });
  gitlab.serve(express().use(tokens.at("/jwt/auth"), restApi(sample)));
  seat.serve(
    registryApp({
      content: sample.content,
      before: [faults.exceptBlobs, tokens.guard, adminCatalog, nativeApi(sample, hasNativeApi), storage.redirect],
    }),
  );
  const [username, secret] = isDeployToken ? ["gitlab+deploy-token-1", DEPLOY_TOKEN] : ["anybody", PAT];
  const blob = (password: string) => ({
    type: "gitlab-cr" as const,
    registryBase: seat.host,
    username,
    password,
    extra: { plainHttp: true },
  });
  return {
    registry: seat,
    gitlab,
    blob: blob(secret),
    wrong: blob("glpat-wrong"),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    cannotList: isDeployToken,
    hasPushDates: hasNativeApi,
    [Symbol.asyncDispose]: disposeAll(seat, gitlab, storage),
  };
}

function nativeScope(path: string): string | undefined {
  const name = /\/gitlab\/v1\/repositories\/(.+)\/tags\/list\/?$/.exec(path)?.[1];
  return name && `repository:${name}:pull`;
}

const adminCatalog: RequestHandler = (req, res, next) => {
  if (req.path === "/v2/_catalog") refuse(res, 401, "UNAUTHORIZED", "authentication required");
  else next();
};

function nativeApi({ content }: SampleContent, isOn: boolean): RequestHandler {
  return (req, res, next) => {
    if (!req.path.startsWith("/gitlab/v1/")) return next();
    if (!isOn) return void res.status(404).type("text").send("404 page not found");
    if (req.path === "/gitlab/v1/") return void res.json({});
    const repository = nativeScope(req.path)?.slice("repository:".length, -":pull".length) ?? "";
    const tags = content.tags(repository);
    if (!tags) return refuse(res, 404, "NAME_UNKNOWN", "repository name not known to registry");
    const size = Number(req.query.n ?? 100);
    const rest = tags.filter((tag) => tag > String(req.query.last ?? ""));
    const page = rest.slice(0, size);
    if (rest.length > size) res.setHeader("link", `<${req.path}?last=${page.at(-1)}&n=${size}>; rel="next"`);
    res.json(
      page.map((name) => ({
        name,
        digest: content.manifest(repository, name)?.descriptor.digest,
        media_type: content.manifest(repository, name)?.descriptor.mediaType,
        size_bytes: 4321,
        created_at: "2026-03-05T09:00:00.000Z",
      })),
    );
  };
}

/** `/api/v4`: projects of which some have no registry, pages by X-Next-Page, personal tokens only. */
function restApi({ content }: SampleContent): Express {
  const app = express();
  app.use("/api", (req, res, next) => {
    if (req.headers["private-token"] === PAT) next();
    else res.status(401).json({ message: "401 Unauthorized" });
  });
  const sendPage = (req: Request, res: Response, all: readonly object[]): void => {
    const [page, size] = [Number(req.query.page ?? 1), Math.min(Number(req.query.per_page ?? 20), 100)];
    res.setHeader("x-next-page", all.length > page * size ? String(page + 1) : "");
    res.json(all.slice((page - 1) * size, page * size));
  };
  const project = (id: number, path: string, isOn: boolean) => ({
    id,
    path_with_namespace: path,
    container_registry_enabled: isOn,
  });
  app.get("/api/v4/projects", (req, res) => {
    if (req.query.membership !== "true") return void res.json([]);
    sendPage(req, res, [project(1, "acme/off", false), project(2, "acme/tools", true), project(3, "acme", true)]);
  });
  app.get("/api/v4/projects/:id/registry/repositories", (req, res) => {
    const isTools = (name: string): boolean => name.startsWith("acme/tools/");
    const names = content.repositories().filter((name) => isTools(name) === (req.params.id === "2"));
    if (req.params.id === "1") return void res.status(404).json({ message: "404 Not Found" });
    sendPage(
      req,
      res,
      names.map((path, id) => ({ id, path, location: `registry/${path}` })),
    );
  });
  app.get("/api/v4/groups/:id/registry/repositories", (req, res) => {
    const names = content.repositories().filter((name) => name.startsWith(`${req.params.id}/`));
    if (req.params.id !== "acme") return void res.status(404).json({ message: "404 Group Not Found" });
    sendPage(
      req,
      res,
      names.map((path, id) => ({ id, path })),
    );
  });
  return app;
}
