import { registryApp } from "@tidewaiter/sample-registry";
import express, { type RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { createTokenService, distributionScope, refuse } from "./token-service.ts";

export interface AcrOptions {
  /** `00000000-…` with a refresh token in place of a user and a password. */
  readonly hasRefreshToken?: boolean;
  /** Tokens by GET only: the refresh token is then a password like any other. */
  readonly refusesPost?: boolean;
  /** The same, with a token of Entra, which must be traded for a refresh token first. */
  readonly hasEntraToken?: boolean;
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
const TENANT = "72f988bf-0000-4000-8000-2d7cd011db47";
const ENTRA_TOKEN = ["{}", JSON.stringify({ iss: `https://sts.windows.net/${TENANT}/`, tid: TENANT }), "signature"]
  .map((part) => Buffer.from(part).toString("base64url"))
  .join(".");

/** Azure's registry (reference, 4.3): `access_token` only, `metadata_read` for tags, links with `orderby=`, blobs on a data endpoint. */
export async function startAcr(options: AcrOptions = {}): Promise<Acr> {
  const {
    hasRefreshToken = false,
    refusesPost = false,
    hasEntraToken = false,
    isNarrow = false,
    hasMetadataApi = true,
  } = options;
  const sample = await buildSampleContent({ namespace: "acme" });
  const faults = createFaults();
  const [seat, storage] = await Promise.all([takeSeat(), startStorage(sample.content, [faults.handler])]);
  const tokens = createTokenService({
    service: seat.host,
    realm: `${seat.url}oauth2/token`,
    accounts: { "pull-token": "token-password", ...(refusesPost && { [NULL_GUID]: REFRESH_TOKEN }) },
    ...(!refusesPost && { identityTokens: { [REFRESH_TOKEN]: NULL_GUID } }),
    guards: /^\/(v2|acr)/,
    answer: (token) => ({ access_token: token }),
    scopeOf: demandedScope,
  });
  const before = [
    faults.exceptBlobs,
    tokens.at("/oauth2/token"),
    exchange(seat.host),
    tokens.guard,
    catalogPages(sample, isNarrow),
    hasMetadataApi
      ? metadataApi(sample.content)
      : express().use("/acr", (_req, res) => void res.status(404).json({ errors: [] })),
    storage.redirect,
  ];
  seat.serve(registryApp({ content: sample.content, before }));
  const [username, secret] = hasEntraToken
    ? [NULL_GUID, ENTRA_TOKEN]
    : hasRefreshToken
      ? [NULL_GUID, REFRESH_TOKEN]
      : ["pull-token", "token-password"];
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

/** `/oauth2/exchange`: an Entra token, its tenant and the login server for a refresh token. */
function exchange(service: string): RequestHandler {
  const answer: RequestHandler = (req, res) => {
    const form = req.body as Readonly<Record<string, string>>;
    const isRight =
      form.grant_type === "access_token" &&
      form.access_token === ENTRA_TOKEN &&
      form.tenant === TENANT &&
      form.service === service;
    if (isRight) res.json({ refresh_token: REFRESH_TOKEN });
    else refuse(res, 401, "UNAUTHORIZED", "AADSTS: the token is not accepted");
  };
  return (req, res, next) =>
    req.method === "POST" && req.path === "/oauth2/exchange"
      ? express.urlencoded()(req, res, () => answer(req, res, next))
      : next();
}

/** `_tags` with dates, and `_manifests` with sizes and platforms; an index has neither of those. */
function metadataApi(content: SampleContent["content"]): RequestHandler {
  const pushedAt = "2026-03-06T08:00:00.1234567Z";
  const times = { createdTime: pushedAt, lastUpdateTime: pushedAt };
  return (req, res, next) => {
    const [, repository = "", list] = /^\/acr\/v1\/(.+)\/_(tags|manifests)$/.exec(req.path) ?? [];
    const tags = content.tags(repository);
    if (!tags) return next();
    const digestOf = (tag: string): string => content.manifest(repository, tag)?.descriptor.digest ?? "";
    const byDigest = Map.groupBy(tags, digestOf);
    const all = list === "tags" ? tags : [...byDigest.keys()].sort();
    const size = Number(req.query.n ?? 100);
    const rest = all.filter((name) => name > String(req.query.last ?? ""));
    const page = rest.slice(0, size);
    if (rest.length > size) res.setHeader("link", `<${req.path}?last=${page.at(-1)}&n=${size}&orderby=>; rel="next"`);
    const platform = (digest: string): object =>
      content.manifest(repository, digest)?.children.length
        ? {}
        : { architecture: "amd64", os: "linux", imageSize: 4321 };
    const items =
      list === "tags"
        ? { tags: page.map((name) => ({ name, digest: digestOf(name), ...times })) }
        : { manifests: page.map((digest) => ({ digest, ...platform(digest), ...times, tags: byDigest.get(digest) })) };
    res.json({ registry: "acme.azurecr.io", imageName: repository, ...items });
  };
}
