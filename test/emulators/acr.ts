import { registryApp } from "@tidewaiter/sample-registry";
import express, { type RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { createTokenService, distributionScope } from "./token-service.ts";

export interface AcrOptions {
  /** `00000000-…` with a refresh token in place of a user and a password. */
  readonly hasRefreshToken?: boolean;
  /** A repository token whose scope map is narrower than everything sees an empty catalog. */
  readonly isNarrow?: boolean;
  /** `/acr/v1` is closed to some tokens. */
  readonly hasMetadataApi?: boolean;
}

export interface Acr extends EmulatedRegistry {
  readonly registry: Emulator;
}

const NULL_GUID = "00000000-0000-0000-0000-000000000000";
const REFRESH_TOKEN = "acr-refresh-token";

/** Azure's registry (reference, 4.3): `access_token` only, `metadata_read` for tags, links with `orderby=`, blobs on a data endpoint. */
export async function startAcr(options: AcrOptions = {}): Promise<Acr> {
  const { hasRefreshToken = false, isNarrow = false, hasMetadataApi = true } = options;
  const sample = await buildSampleContent({ namespace: "acme" });
  const faults = createFaults();
  const [seat, storage] = await Promise.all([takeSeat(), startStorage(sample.content, [faults.handler])]);
  const tokens = createTokenService({
    service: seat.host,
    realm: `${seat.url}oauth2/token`,
    accounts: { "pull-token": "token-password" },
    identityTokens: { [REFRESH_TOKEN]: NULL_GUID },
    guards: /^\/(v2|acr)/,
    answer: (token) => ({ access_token: token }),
    scopeOf: demandedScope,
  });
  const before = [
    faults.exceptBlobs,
    tokens.at("/oauth2/token"),
    tokens.guard,
    catalogPages(sample, isNarrow),
    hasMetadataApi
      ? metadataApi(sample)
      : express().use("/acr", (_req, res) => void res.status(404).json({ errors: [] })),
    storage.redirect,
  ];
  seat.serve(registryApp({ content: sample.content, before }));
  const [username, secret] = hasRefreshToken ? [NULL_GUID, REFRESH_TOKEN] : ["pull-token", "token-password"];
  const blob = (password: string) => ({
    type: "acr" as const,
    registryBase: seat.host,
    username,
    password,
    extra: { plainHttp: true },
  });
  return {
    registry: seat,
    blob: blob(secret),
    wrong: blob("not-the-password"),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    cannotList: isNarrow,
    hasPushDates: hasMetadataApi,
    [Symbol.asyncDispose]: disposeAll(seat, storage),
  };
}

/** Tags and metadata want another right than pulls. */
function demandedScope(path: string): string | undefined {
  const tagged = /^\/v2\/(.+)\/tags\/list$/.exec(path)?.[1] ?? /^\/acr\/v1\/(.+)\/_(?:tags|manifests)$/.exec(path)?.[1];
  return tagged ? `repository:${tagged}:metadata_read` : distributionScope(path);
}

function catalogPages({ content }: SampleContent, isNarrow: boolean): RequestHandler {
  return (req, res, next) => {
    if (req.path !== "/v2/_catalog") return next();
    if (isNarrow) return void res.json({ repositories: [] });
    const size = Number(req.query.n ?? 100);
    const rest = content.repositories().filter((name) => name > String(req.query.last ?? ""));
    const page = rest.slice(0, size);
    if (rest.length > size)
      res.setHeader(
        "link",
        `</v2/_catalog?last=${encodeURIComponent(page.at(-1) ?? "")}&n=${size}&orderby=>; rel="next"`,
      );
    res.json({ repositories: page });
  };
}

function metadataApi({ content }: SampleContent): RequestHandler {
  return (req, res, next) => {
    const repository = /^\/acr\/v1\/(.+)\/_tags$/.exec(req.path)?.[1];
    const tags = repository && content.tags(repository);
    if (!repository || !tags) return next();
    const size = Number(req.query.n ?? 100);
    const rest = tags.filter((tag) => tag > String(req.query.last ?? ""));
    const page = rest.slice(0, size);
    if (rest.length > size) res.setHeader("link", `<${req.path}?last=${page.at(-1)}&n=${size}&orderby=>; rel="next"`);
    res.json({
      registry: "acme.azurecr.io",
      imageName: repository,
      tags: page.map((name) => ({
        name,
        digest: content.manifest(repository, name)?.descriptor.digest,
        createdTime: "2026-03-06T08:00:00.1234567Z",
        lastUpdateTime: "2026-03-06T08:00:00.1234567Z",
      })),
    });
  };
}
