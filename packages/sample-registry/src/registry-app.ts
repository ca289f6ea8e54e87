import { Readable } from "node:stream";
import { isDigest, isRepository } from "@tidewaiter/oci";
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from "express";
import type { RegistryContent } from "./content.ts";

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1_000;
const BLOB_CHUNK_BYTES = 64 * 1024;
const PATH = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/;

export interface RegistryAppOptions {
  readonly content: RegistryContent;
  /** Accounts of a Basic-protected registry, name to password; anonymous when left out. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Run before everything else: emulators put a vendor's habits here. */
  readonly before?: readonly RequestHandler[];
}

/** The read side of the OCI distribution specification 1.1 ("pull" and "content discovery") over the given content. */
export function registryApp({ content, accounts, before = [] }: RegistryAppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  for (const handler of before) app.use(handler);
  app.use((_req, res, next) => {
    res.setHeader("docker-distribution-api-version", "registry/2.0");
    next();
  });
  if (accounts) app.use(requireAccount(accounts));
  app.use(refuseWrites);
  app.get("/v2/", (_req, res) => void res.json({}));
  app.get("/v2/_catalog", (req, res) =>
    sendPage(req, res, content.repositories(), (repositories) => ({ repositories })),
  );
  app.get(PATH, (req, res) => serve(content, req, res));
  app.use((_req, res) => void sendError(res, 404, "NOT_FOUND", "no such route"));
  return app;
}

function requireAccount(accounts: Readonly<Record<string, string>>): RequestHandler {
  return (req, res, next) => {
    const [scheme, encoded = ""] = (req.headers.authorization ?? "").split(" ");
    const [name = "", ...rest] = Buffer.from(encoded, "base64").toString().split(":");
    if (scheme?.toLowerCase() === "basic" && Object.hasOwn(accounts, name) && accounts[name] === rest.join(":")) {
      next();
      return;
    }
    res.setHeader("www-authenticate", 'Basic realm="sample registry"');
    sendError(res, 401, "UNAUTHORIZED", "authentication required");
  };
}

function refuseWrites(req: Request, res: Response, next: NextFunction): void {
  if (req.method === "GET" || req.method === "HEAD") next();
  else sendError(res, 405, "UNSUPPORTED", "this registry is read-only");
}

function serve(content: RegistryContent, req: Request, res: Response): void {
  const [repository = "", kind = "", reference = ""] = [req.params[0], req.params[1], req.params[2]].map(String);
  const tags = isRepository(repository) ? content.tags(repository) : undefined;
  if (!isRepository(repository)) sendError(res, 400, "NAME_INVALID", "invalid repository name");
  else if (!tags) sendError(res, 404, "NAME_UNKNOWN", "repository name not known to registry");
  else if (kind === "manifests") sendManifest(content, repository, reference, req, res);
  else if (kind === "blobs") sendBlob(content, repository, reference, req, res);
  else if (reference === "list") sendPage(req, res, tags, (page) => ({ name: repository, tags: page }));
  else sendError(res, 404, "NOT_FOUND", "no such route");
}

/** One page by `n` and `last`, with a `Link` to the next. */
function sendPage(
  req: Request,
  res: Response,
  all: readonly string[],
  body: (page: readonly string[]) => unknown,
): void {
  const asked = req.query.n === undefined ? DEFAULT_PAGE : Number(req.query.n);
  if (!Number.isInteger(asked) || asked < 0 || asked > MAX_PAGE) {
    sendError(res, 400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested");
    return;
  }
  const last = typeof req.query.last === "string" ? req.query.last : "";
  const rest = all.filter((name) => name > last);
  const page = rest.slice(0, asked);
  const final = page.at(-1);
  if (rest.length > page.length && final) {
    res.setHeader("link", `<${req.path}?last=${encodeURIComponent(final)}&n=${asked}>; rel="next"`);
  }
  res.json(body(page));
}

/** A type that the Accept header does not name is not found, as Debian's docker-registry has it. */
function sendManifest(
  content: RegistryContent,
  repository: string,
  reference: string,
  req: Request,
  res: Response,
): void {
  const manifest = content.manifest(repository, reference);
  const accepted = String(req.headers.accept ?? "")
    .split(",")
    .map((part) => part.split(";")[0]?.trim());
  if (!manifest || !accepted.includes(manifest.descriptor.mediaType)) {
    sendError(res, 404, "MANIFEST_UNKNOWN", "manifest unknown to registry");
    return;
  }
  const { descriptor, bytes } = manifest;
  res.setHeader("content-type", descriptor.mediaType);
  res.setHeader("docker-content-digest", descriptor.digest);
  res.setHeader("etag", `"${descriptor.digest}"`);
  res.setHeader("content-length", bytes.byteLength);
  if (req.headers["if-none-match"] === `"${descriptor.digest}"`) res.status(304).end();
  else res.end(req.method === "HEAD" ? undefined : bytes);
}

function sendBlob(content: RegistryContent, repository: string, digest: string, req: Request, res: Response): void {
  const bytes = isDigest(digest) ? content.blob(repository, digest) : undefined;
  if (!bytes) {
    sendError(res, 404, "BLOB_UNKNOWN", "blob unknown to registry");
    return;
  }
  const start = rangeStart(req.headers.range);
  if (start >= bytes.byteLength && start > 0) {
    res.setHeader("content-range", `bytes */${bytes.byteLength}`);
    sendError(res, 416, "RANGE_INVALID", "range not satisfiable");
    return;
  }
  res.setHeader("accept-ranges", "bytes");
  res.setHeader("docker-content-digest", digest);
  res.setHeader("content-type", "application/octet-stream");
  res.setHeader("content-length", bytes.byteLength - start);
  if (start > 0) {
    res.status(206).setHeader("content-range", `bytes ${start}-${bytes.byteLength - 1}/${bytes.byteLength}`);
  }
  if (req.method === "HEAD") res.end();
  else Readable.from(slices(bytes.subarray(start)), { objectMode: false }).pipe(res);
}

function* slices(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += BLOB_CHUNK_BYTES) yield bytes.subarray(at, at + BLOB_CHUNK_BYTES);
}

/** `bytes=<start>-`, the only form that clients send to resume. */
function rangeStart(header: string | undefined): number {
  const match = /^bytes=(\d{1,15})-$/.exec(header ?? "");
  return match ? Number(match[1]) : 0;
}

function sendError(res: Response, status: number, code: string, message: string): void {
  res.status(status).json({ errors: [{ code, message, detail: null }] });
}
