import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { basicAccount, refuse } from "./token-service.ts";

export interface NexusOptions {
  /** How the registry is reached: a connector's port, the path that is always there, or path-based routing (reference, 4.9). */
  readonly shape?: "connector" | "prefix" | "routed";
  /** What versions do with the link to the next page. */
  readonly links?: "absent" | "wrong-path" | "right";
  /** The REST API lives on the user interface's host. */
  readonly hasRest?: boolean;
}

export interface Nexus extends EmulatedRegistry {
  readonly registry: Emulator;
  readonly userInterface: Emulator;
}

const ACCOUNTS = { deploy: "nexus-password" };
const REPOSITORY = "docker-hosted";

/** Sonatype Nexus (reference, 4.9): Basic, three shapes of address, links that are missing or lead elsewhere, a web page where the shape is wrong. */
export async function startNexus(options: NexusOptions = {}): Promise<Nexus> {
  const { shape = "connector", links = "right", hasRest = false } = options;
  const sample = await buildSampleContent({ namespace: shape === "routed" ? REPOSITORY : "acme" });
  const faults = createFaults();
  const [seat, ui] = await Promise.all([takeSeat(), takeSeat()]);
  const registry = registryApp({
    content: sample.content,
    before: [faults.handler, guard, pages(sample, links, seat.url)],
  });
  if (shape === "prefix") seat.serve(express().use(`/repository/${REPOSITORY}`, registry).use(webPage));
  else seat.serve(registry);
  ui.serve(express().use("/service/rest", restApi(sample), webPage).use(webPage));
  const base =
    shape === "prefix"
      ? `${seat.host}/repository/${REPOSITORY}`
      : shape === "routed"
        ? `${seat.host}/${REPOSITORY}`
        : seat.host;
  const blob = (password: string) => ({
    type: "nexus-cr" as const,
    registryBase: base,
    username: "deploy",
    password,
    extra: { plainHttp: true, ...(hasRest && { apiUrl: ui.url.href }) },
  });
  return {
    registry: seat,
    userInterface: ui,
    blob: blob(ACCOUNTS.deploy),
    wrong: blob("not-the-password"),
    sample,
    faults,
    calls: seat.calls,
    hasPushDates: hasRest,
    [Symbol.asyncDispose]: disposeAll(seat, ui),
  };
}

const guard: RequestHandler = (req, res, next) => {
  if (basicAccount(req, ACCOUNTS)) return next();
  res.setHeader("www-authenticate", 'BASIC realm="Sonatype Nexus Repository Manager"');
  refuse(res, 401, "UNAUTHORIZED", "access to the requested resource is not authorized");
};

const webPage: RequestHandler = (_req, res) =>
  void res.status(404).type("html").send("<!DOCTYPE html><html><title>404 - Nexus Repository Manager</title></html>");

/** Links with the internal path, or none at all: then everything is there when no size is asked for. */
function pages({ content }: SampleContent, links: NonNullable<NexusOptions["links"]>, url: URL): RequestHandler {
  return (req, res, next) => {
    const repository = /^\/v2\/(.+)\/tags\/list$/.exec(req.path)?.[1];
    const all = req.path === "/v2/_catalog" ? content.repositories() : repository && content.tags(repository);
    if (!all) return next();
    const size = req.query.n === undefined ? all.length : Number(req.query.n);
    const rest = all.filter((name) => name > String(req.query.last ?? ""));
    const page = rest.slice(0, size);
    const query = `n=${size}&last=${encodeURIComponent(page.at(-1) ?? "")}`;
    const path = links === "right" ? new URL(req.path, url) : new URL(`/repository/${REPOSITORY}${req.path}`, url);
    if (rest.length > size && links !== "absent") res.setHeader("link", `<${path}?${query}>; rel="next"`);
    res.json(repository ? { name: repository, tags: page } : { repositories: page });
  };
}

/** Components by continuation token. */
function restApi({ content }: SampleContent): Express {
  const app = express();
  app.get("/v1/repositories", (req, res) => {
    if (!basicAccount(req, ACCOUNTS)) return void res.status(401).end();
    res.json([
      { name: REPOSITORY, format: "docker", type: "hosted" },
      { name: "jars", format: "maven2", type: "hosted" },
    ]);
  });
  app.get("/v1/components", (req, res) => {
    if (!basicAccount(req, ACCOUNTS)) return void res.status(401).end();
    if (req.query.repository !== REPOSITORY) return void res.status(404).end();
    const all = content.repositories().flatMap((name) => (content.tags(name) ?? []).map((tag) => ({ name, tag })));
    const start = Number(req.query.continuationToken ?? 0);
    const items = all.slice(start, start + 50).map(({ name, tag }) => ({
      id: `${name}:${tag}`,
      repository: REPOSITORY,
      format: "docker",
      name,
      version: tag,
      assets: [
        {
          path: `v2/${name}/manifests/${tag}`,
          checksum: { sha256: content.manifest(name, tag)?.descriptor.digest.slice("sha256:".length) },
          lastModified: "2026-03-07T07:00:00.000+00:00",
          blobCreated: "2026-03-07T07:00:00.000+00:00",
          fileSize: 528,
        },
      ],
    }));
    res.json({ items, continuationToken: start + 50 < all.length ? String(start + 50) : null });
  });
  return app;
}
