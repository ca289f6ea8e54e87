import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { basicAccount, createTokenService, refuse } from "./token-service.ts";

export interface HarborOptions {
  readonly type?: "harbor-cr" | "ncr";
  /** System administrators may read the catalog; others may not (reference, 4.2). */
  readonly isAdmin?: boolean;
  /** Without the REST API: Harbor 1.x, and perhaps NCR (reference, 4.13 and 11). */
  readonly hasApi?: boolean;
  /** The first manifest of an image-cache registry can take long (reference, 4.13). */
  readonly slowFirstManifestMs?: number;
}

export interface Harbor extends EmulatedRegistry {
  readonly registry: Emulator;
}

/** Robot names hold `$` and `+`, which nothing on the way may read as something else. */
const ROBOT = "robot$acme+puller";
const ACCOUNTS = { [ROBOT]: "robot-secret" };
const PAGE_MAX = 100;

/** Harbor (reference, 4.2); with `type: "ncr"` the NHN Cloud registry, which is Harbor in effect (4.13). */
export async function startHarbor(options: HarborOptions = {}): Promise<Harbor> {
  const { type = "harbor-cr", isAdmin = false, hasApi = true } = options;
  const sample = await buildSampleContent({ namespace: "acme" });
  const faults = createFaults();
  const [seat, storage] = await Promise.all([takeSeat(), startStorage(sample.content, [faults.handler])]);
  const tokens = createTokenService({
    service: "harbor-registry",
    realm: `${seat.url}service/token`,
    accounts: ACCOUNTS,
    lifetimeS: 1800,
    // The catalog has a guard of its own, which takes no tokens.
    guards: /^\/v2(?!\/_catalog)/,
    answer: (token, lifetime, issuedAt) => ({
      token,
      access_token: "",
      expires_in: lifetime,
      issued_at: issuedAt,
    }),
  });
  const before = [
    faults.exceptBlobs,
    slowFirst(options.slowFirstManifestMs ?? 0),
    tokens.at("/service/token"),
    catalogByBasic(isAdmin, sample),
    basicAfterFailure,
    tokens.guard,
    storage.redirect,
    ...(hasApi ? [harborApi(sample)] : []),
  ];
  seat.serve(registryApp({ content: sample.content, before }));
  const blob = (password: string) => ({
    type,
    registryBase: seat.host,
    username: ROBOT,
    password,
    extra: { plainHttp: true },
  });
  return {
    registry: seat,
    blob: blob("robot-secret"),
    wrong: blob("not-the-secret"),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    hasPushDates: hasApi,
    [Symbol.asyncDispose]: disposeAll(seat, storage),
  };
}

function slowFirst(ms: number): RequestHandler {
  let isFirst = ms > 0;
  return (req, _res, next) => {
    if (!isFirst || !req.path.includes("/manifests/") || !req.headers.authorization) return next();
    isFirst = false;
    setTimeout(next, ms);
  };
}

/** Basic only, administrators only, and 400 for a `last` that is gone. */
function catalogByBasic(isAdmin: boolean, { content }: SampleContent): RequestHandler {
  return (req, res, next) => {
    if (req.path !== "/v2/_catalog") return next();
    const last = req.query.last;
    if (!basicAccount(req, ACCOUNTS) || !isAdmin) {
      res.setHeader("www-authenticate", 'Basic realm="harbor"');
      refuse(res, 401, "UNAUTHORIZED", "unauthorized to list catalog: unauthorized");
    } else if (typeof last === "string" && !content.repositories().includes(last)) {
      refuse(res, 400, "BAD_REQUEST", "the last repo does not exist");
    } else {
      next();
    }
  };
}

/** After a request with a wrong Authorization header the challenge is Basic. */
const basicAfterFailure: RequestHandler = (req, res, next) => {
  const isWrong =
    req.headers.authorization?.startsWith("Basic") && req.path.startsWith("/v2") && !basicAccount(req, ACCOUNTS);
  if (!isWrong) return next();
  res.setHeader("www-authenticate", 'Basic realm="harbor"');
  refuse(res, 401, "UNAUTHORIZED", "unauthorized");
};

/** `/api/v2.0`: names escaped twice, pages of at most 100, totals and links in headers. */
function harborApi({ content }: SampleContent): Express {
  const app = express();
  const guard: RequestHandler = (req, res, next) => {
    if (basicAccount(req, ACCOUNTS)) next();
    else res.status(401).json({ errors: [{ code: "UNAUTHORIZED", message: "unauthorized" }] });
  };
  const sendPage = (req: Request, res: Response, all: readonly object[]): void => {
    const [page, size] = [Number(req.query.page ?? 1), Number(req.query.page_size ?? 10)];
    if (size > PAGE_MAX) {
      refuse(res, 422, "UNPROCESSABLE_ENTITY", "page_size in query should be less than or equal to 100");
      return;
    }
    const query = new URLSearchParams(req.query as Record<string, string>);
    query.set("page", String(page + 1));
    if (all.length > page * size) res.setHeader("link", `<${req.originalUrl.split("?")[0]}?${query}>; rel="next"`);
    res.setHeader("x-total-count", all.length);
    res.json(all.slice((page - 1) * size, page * size));
  };
  app.get("/api/version", (_req, res) => void res.json({ version: "v2.0" }));
  app.get("/api/v2.0/projects", guard, (req, res) => sendPage(req, res, [{ name: "acme", project_id: 1 }]));
  app.get("/api/v2.0/projects/:project/repositories", guard, (req, res) => {
    const names = content.repositories().filter((name) => name.startsWith(`${req.params.project}/`));
    sendPage(
      req,
      res,
      names.map((name) => ({ name, artifact_count: 1 })),
    );
  });
  app.get("/api/v2.0/projects/:project/repositories/:name/artifacts", guard, (req, res) => {
    // Express undoes one escape, Harbor the other.
    const repository = `${req.params.project}/${decodeURIComponent(String(req.params.name))}`;
    const isTwice = !/^[^?]*repositories\/[^/]*%2F/i.test(req.originalUrl);
    const tags = isTwice ? content.tags(repository) : undefined;
    if (!tags) return refuse(res, 404, "NOT_FOUND", `repository ${repository} not found`);
    sendPage(req, res, artifactsOf(content, repository, tags));
  });
  return app;
}

/** One artifact for each digest, with its tags. */
function artifactsOf(content: SampleContent["content"], repository: string, tags: readonly string[]): object[] {
  const byDigest = Map.groupBy(tags, (tag) => content.manifest(repository, tag)?.descriptor.digest ?? "");
  return [...byDigest].map(([digest, names]) => ({
    type: "IMAGE",
    digest,
    size: 4321,
    media_type: "application/vnd.oci.image.config.v1+json",
    manifest_media_type: content.manifest(repository, digest)?.descriptor.mediaType,
    push_time: "2026-03-02T11:00:00.000Z",
    tags: names.map((name) => ({ name, push_time: "2026-03-02T11:00:00.000Z" })),
    references: null,
  }));
}
