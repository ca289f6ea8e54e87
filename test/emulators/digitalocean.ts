import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type Request, type Response } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { createTokenService, refuse } from "./token-service.ts";

export interface DigitalOcean extends EmulatedRegistry {
  readonly registry: Emulator;
  readonly api: Emulator;
}

const TOKEN = "dop_v1_token";
const REGISTRY = "acme";

/** DigitalOcean (reference, 4.11): the token is user and password, tokens come from the API's host, whose names lack the registry's. */
export async function startDigitalOcean(): Promise<DigitalOcean> {
  const sample = await buildSampleContent({ namespace: REGISTRY });
  const faults = createFaults();
  const [seat, api, storage] = await Promise.all([
    takeSeat(),
    takeSeat(),
    startStorage(sample.content, [faults.handler]),
  ]);
  const tokens = createTokenService({
    service: "registry.digitalocean.com",
    realm: `${api.url}v2/registry/auth`,
    accounts: { [TOKEN]: TOKEN },
  });
  api.serve(express().use(tokens.at("/v2/registry/auth"), restApi(sample, api.url)));
  seat.serve(
    registryApp({
      content: sample.content,
      before: [
        faults.exceptBlobs,
        tokens.guard,
        (req, res, next) => (req.path === "/v2/_catalog" ? refuse(res, 401, "UNAUTHORIZED", "unauthorized") : next()),
        storage.redirect,
      ],
    }),
  );
  const blob = (token: string) => ({
    type: "digitalocean-cr" as const,
    registryBase: seat.host,
    username: token,
    password: token,
    extra: { plainHttp: true, apiUrl: api.url.href },
  });
  return {
    registry: seat,
    api,
    blob: blob(TOKEN),
    wrong: blob("dop_v1_wrong"),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    hasPushDates: true,
    [Symbol.asyncDispose]: disposeAll(seat, api, storage),
  };
}

function restApi({ content }: SampleContent, url: URL): Express {
  const app = express();
  app.use((req, res, next) => {
    if (req.headers.authorization === `Bearer ${TOKEN}`) next();
    else res.status(401).json({ id: "Unauthorized", message: "Unable to authenticate you" });
  });
  const sendPage = (req: Request, res: Response, name: string, all: readonly object[]): void => {
    const [start, size] = [Number(req.query.page_token ?? 0), Math.min(Number(req.query.per_page ?? 20), 100)];
    const next = new URL(req.originalUrl, url);
    next.searchParams.set("page_token", String(start + size));
    const links = start + size < all.length ? { pages: { next: next.href } } : {};
    res.json({ [name]: all.slice(start, start + size), links, meta: { total: all.length } });
  };
  app.get("/v2/registry", (_req, res) => void res.json({ registry: { name: REGISTRY } }));
  app.get(`/v2/registry/${REGISTRY}/repositoriesV2`, (req, res) => {
    const names = content
      .repositories()
      .map((name) => ({ registry_name: REGISTRY, name: name.slice(REGISTRY.length + 1) }));
    sendPage(req, res, "repositories", names);
  });
  app.get(`/v2/registry/${REGISTRY}/repositories/:name/tags`, (req, res) => {
    const repository = `${REGISTRY}/${req.params.name}`;
    const tags = content.tags(repository);
    if (!tags) return void res.status(404).json({ id: "not_found", message: "repository not found" });
    sendPage(
      req,
      res,
      "tags",
      tags.map((tag) => ({
        registry_name: REGISTRY,
        repository: req.params.name,
        tag,
        manifest_digest: content.manifest(repository, tag)?.descriptor.digest,
        compressed_size_bytes: 4321,
        size_bytes: 0,
        updated_at: "2026-03-09T05:00:00Z",
      })),
    );
  });
  return app;
}
