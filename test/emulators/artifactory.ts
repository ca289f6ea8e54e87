import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { basicAccount, refuse } from "./token-service.ts";

export interface ArtifactoryOptions {
  /** The API path of one repository, `host/<key>`, or only the host (reference, 4.1). */
  readonly shape?: "prefix" | "key" | "host";
  /** A deactivated instance sends everybody to a page that sells it. */
  readonly isDeactivated?: boolean;
  /** Artifactory's query language is not in every edition, nor open to every account. */
  readonly hasQueries?: boolean;
}

export interface Artifactory extends EmulatedRegistry {
  readonly registry: Emulator;
}

const ACCOUNTS = { reader: "identity-token" };
const KEY = "docker-local";

/** Artifactory (reference, 4.1): two roots for one repository, integer cursors, links without the key, the storage API. */
export async function startArtifactory(options: ArtifactoryOptions = {}): Promise<Artifactory> {
  const { shape = "key", isDeactivated = false, hasQueries = true } = options;
  const isPrefix = shape === "prefix";
  const sample = await buildSampleContent({ namespace: isPrefix ? "acme" : KEY });
  const faults = createFaults();
  const seat = await takeSeat();
  const app = express();
  if (isDeactivated) app.use((_req, res) => res.redirect(302, "https://landing.jfrog.com/reactivate-server/acme"));
  app.use((_req, res, next) => {
    res.setHeader("x-jfrog-version", "Artifactory/7.90.0 79000900");
    next();
  });
  const inside = isPrefix ? sample.content : withoutKey(sample);
  app.use(
    `/artifactory/api/docker/${KEY}`,
    registryApp({ content: inside, before: [faults.handler, guard, integerPages(inside)] }),
  );
  app.use("/artifactory/api", queryApi(sample, isPrefix, hasQueries), restApi(sample, isPrefix));
  app.use(
    registryApp({
      content: sample.content,
      before: [faults.handler, guard, refuseMixedRoot, integerPages(sample.content)],
    }),
  );
  seat.serve(app);
  const base = isPrefix
    ? `${seat.host}/artifactory/api/docker/${KEY}`
    : shape === "key"
      ? `${seat.host}/${KEY}`
      : seat.host;
  const blob = (password: string) => ({
    type: "artifactory-cr" as const,
    registryBase: base,
    username: "reader",
    password,
    extra: { plainHttp: true },
  });
  return {
    registry: seat,
    blob: blob(ACCOUNTS.reader),
    wrong: blob("not-the-token"),
    sample,
    faults,
    calls: seat.calls,
    hasPushDates: true,
    [Symbol.asyncDispose]: disposeAll(seat),
  };
}

type Content = SampleContent["content"];

/** The same images under their names below the key. */
function withoutKey({ content }: SampleContent): Content {
  const full = (name: string): string => `${KEY}/${name}`;
  return {
    ...content,
    repositories: () => content.repositories().map((name) => name.slice(KEY.length + 1)),
    tags: (name) => content.tags(full(name)),
    manifest: (name, reference) => content.manifest(full(name), reference),
    blob: (name, digest) => content.blob(full(name), digest),
  };
}

const guard: RequestHandler = (req, res, next) => {
  if (basicAccount(req, ACCOUNTS)) return next();
  res.setHeader("www-authenticate", 'Basic realm="Artifactory Realm"');
  refuse(res, 401, "UNAUTHORIZED", "authentication is required");
};

/** There is no catalog of all keys. */
const refuseMixedRoot: RequestHandler = (req, res, next) => {
  if (req.path === "/v2/_catalog") refuse(res, 400, "UNSUPPORTED", "Unsupported docker repository request for 'v2'");
  else next();
};

/** `last` is a number, and the link names neither the key nor the API path. */
function integerPages(content: Content): RequestHandler {
  return (req, res, next) => {
    const repository = /^\/v2\/(.+)\/tags\/list$/.exec(req.path)?.[1];
    const all = req.path === "/v2/_catalog" ? content.repositories() : repository && content.tags(repository);
    if (!all) return next();
    const [start, size] = [Number(req.query.last ?? 0), Number(req.query.n ?? all.length)];
    if (!Number.isInteger(start)) return refuse(res, 400, "INVALID", "last must be an integer");
    const image = repository?.split("/").at(-1);
    const path = repository ? `/v2/${image}/tags/list` : "/v2/_catalog";
    if (start + size < all.length) res.setHeader("link", `<${path}?last=${start + size}&n=${size}>; rel="next"`);
    const page = all.slice(start, start + size);
    res.json(repository ? { name: repository, tags: page } : { repositories: page });
  };
}

const QUERY = /^items\.find\((\{.+\})\)\.include\(([^)]+)\)\.sort\((\{.+\})\)\.offset\((\d+)\)\.limit\((\d+)\)$/;

/** `POST /search/aql`: what is stored below a path, a page at a time; the folders of layers and platforms are there as well. */
function queryApi({ content }: SampleContent, isPrefix: boolean, isOpen: boolean): Express {
  const app = express().use(guard);
  app.post("/search/aql", express.text({ type: "text/plain" }), (req, res) => {
    if (!isOpen) return refuse(res, 403, "FORBIDDEN", "AQL is not part of this edition");
    const [, find = "", fields = "", , offset, limit] = QUERY.exec(String(req.body)) ?? [];
    if (!find || !fields.includes('"repo","path","name"'))
      return refuse(res, 400, "BAD_QUERY", "Failed to parse query");
    const { repo, path } = JSON.parse(find) as { repo: string; path: { $match: string } };
    const image = path.$match.replace(/\/\*$/, "");
    const repository = isPrefix ? image : `${repo}/${image}`;
    const stored = (content.tags(repository) ?? []).flatMap((tag) => {
      const manifest = content.manifest(repository, tag);
      const sha256 = manifest?.descriptor.digest.slice("sha256:".length);
      const item = { repo, modified: "2026-03-08T06:00:00.000Z", size: manifest?.bytes.byteLength, sha256 };
      return manifest?.children.length
        ? [
            { ...item, path: `${image}/${tag}`, name: "list.manifest.json" },
            { ...item, path: `${image}/sha256:${sha256}`, name: "manifest.json" },
          ]
        : [{ ...item, path: `${image}/${tag}`, name: "manifest.json" }];
    });
    const results = stored.slice(Number(offset), Number(offset) + Number(limit));
    res.json({ results, range: { start_pos: Number(offset), end_pos: results.length, total: results.length } });
  });
  return app;
}

/** Repositories with their package types, and the storage API of one manifest. */
function restApi({ content }: SampleContent, isPrefix: boolean): Express {
  const app = express().use(guard);
  app.get("/repositories", (_req, res) => {
    res.json([
      { key: KEY, type: "LOCAL", packageType: "Docker", url: "http://unused" },
      { key: "maven-local", type: "LOCAL", packageType: "Maven", url: "http://unused" },
    ]);
  });
  app.get(/^\/storage\/([^/]+)\/(.+)\/([^/]+)\/(list\.manifest|manifest)\.json$/, (req, res) => {
    const [key, image, tag, file] = [req.params[0], req.params[1], req.params[2] ?? "", req.params[3]];
    const manifest = content.manifest(isPrefix ? `${image}` : `${key}/${image}`, tag);
    const isIndex = manifest?.descriptor.mediaType.includes("index") ?? false;
    if (!manifest || isIndex !== (file === "list.manifest"))
      return void res.status(404).json({ errors: [{ status: 404, message: "Unable to find item" }] });
    res.json({
      repo: key,
      lastModified: "2026-03-08T06:00:00.000Z",
      size: String(manifest.bytes.byteLength),
      mimeType: "application/json",
      checksums: { sha256: manifest.descriptor.digest.slice("sha256:".length) },
    });
  });
  return app;
}
