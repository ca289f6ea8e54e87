import { existsSync, readdirSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join, sep } from "node:path";
import express, { type Request, Router } from "express";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  json: "application/json",
};

/** The built console: files that never change under their name, and one page for every other path, which routes by itself. */
export function consoleFiles(folder: string): Router {
  const packed = listPacked(folder);
  const router = Router();
  router.use(usePacked(packed));
  router.use(
    "/assets",
    express.static(join(folder, "assets"), { immutable: true, maxAge: "365d", setHeaders: describe }),
  );
  router.use(express.static(folder, { index: false, maxAge: 0, setHeaders: describe }));
  router.get(/^\/(?!api\/|assets\/).*/, (req, res, next) => {
    const isThere = existsSync(join(folder, "index.html"));
    if (!req.accepts("html") || !isThere) return next();
    const name = packed.has("/index.html") && acceptsGzip(req) ? "index.html.gz" : "index.html";
    res.set("cache-control", "no-cache");
    describe(res, name);
    res.sendFile(name, { root: folder });
  });
  return router;
}

/** Files with a packed twin, as paths of URLs. */
function listPacked(folder: string): ReadonlySet<string> {
  if (!existsSync(folder)) return new Set();
  const names = readdirSync(folder, { recursive: true }).map((name) => `/${String(name).split(sep).join("/")}`);
  return new Set(names.filter((name) => name.endsWith(".gz")).map((name) => name.slice(0, -3)));
}

function usePacked(packed: ReadonlySet<string>): express.RequestHandler {
  return (req, _res, next) => {
    if (packed.has(req.path) && acceptsGzip(req)) req.url = `${req.path}.gz`;
    next();
  };
}

function acceptsGzip(req: Request): boolean {
  return req.acceptsEncodings("gzip") === "gzip";
}

/** The type is that of the file within. */
function describe(res: ServerResponse, path: string): void {
  res.setHeader("vary", "accept-encoding");
  if (!path.endsWith(".gz")) return;
  res.setHeader("content-encoding", "gzip");
  const type = TYPES[path.slice(0, -3).split(".").at(-1) ?? ""];
  if (type) res.setHeader("content-type", type);
}
