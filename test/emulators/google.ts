import { createPublicKey, createVerify, generateKeyPairSync, randomUUID } from "node:crypto";
import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type Request, type RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { createTokenService } from "./token-service.ts";

export interface GoogleOptions {
  readonly type?: "gcr" | "google-artifact-cr";
  /** How the key arrives: as it was downloaded, with real line breaks inside the key, in base64, or pasted into another JSON. */
  readonly keyForm?: "json" | "broken-lines" | "base64";
  /** No key at all: the metadata server of the machine or pod gives tokens (`env` points the library there). */
  readonly hasWorkloadIdentity?: boolean;
  /** Mirrors and proxies give `tags/list` as the specification has it, without the map of manifests. */
  readonly hasTree?: boolean;
}

export interface Google extends EmulatedRegistry {
  readonly registry: Emulator;
  readonly oauth: Emulator;
  readonly api: Emulator;
  readonly env: Readonly<Record<string, string>>;
}

const EMAIL = "puller@acme.iam.gserviceaccount.com";

/** Google (reference, 4.4 and 4.6): an OAuth server that verifies what the real library signs, `tags/list` with children and manifests, the Artifact Registry API. */
export async function startGoogle(options: GoogleOptions = {}): Promise<Google> {
  const { type = "google-artifact-cr", keyForm = "json", hasWorkloadIdentity = false, hasTree = true } = options;
  const isGcr = type === "gcr";
  const namespace = isGcr ? "acme" : "acme/images";
  const sample = await buildSampleContent({ namespace });
  const faults = createFaults();
  const [seat, oauth, api, metadata, storage] = await Promise.all([
    takeSeat(),
    takeSeat(),
    takeSeat(),
    takeSeat(),
    startStorage(sample.content, [faults.handler]),
  ]);
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const accessTokens = new Set<string>();
  const accounts = {
    // What `docker login` would send: an access token under a fixed name.
    get oauth2accesstoken() {
      return [...accessTokens].at(-1) ?? randomUUID();
    },
  };
  const tokens = createTokenService({
    service: seat.host,
    realm: `${seat.url}v2/token`,
    accounts,
    // Service before realm, as Google's own example has it.
    challenge: (realm, service, scope) =>
      `Bearer service="${service}",realm="${realm}"${scope ? `,scope="${scope}"` : ""}`,
    answer: (token) => ({ token, access_token: token, expires_in: 3600 }),
  });
  const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  oauth.serve(oauthApp(publicPem, accessTokens));
  api.serve(artifactApi(sample, accessTokens));
  metadata.serve(metadataServer(accessTokens));
  const before = [
    faults.exceptBlobs,
    tokens.at("/v2/token"),
    tokens.guard,
    isGcr ? docsInsteadOfCatalog : emptyCatalog,
    ...(hasTree ? [tagTree(sample)] : []),
    storage.redirect,
  ];
  seat.serve(registryApp({ content: sample.content, before }));
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const blob = (keyPem: string) => ({
    type,
    registryBase: `${seat.host}/${isGcr ? "acme" : namespace}`,
    username: keyForm === "base64" ? "_json_key_base64" : "_json_key",
    password: keyText(keyPem, `${oauth.url}token`, keyForm),
    extra: { plainHttp: true, apiUrl: api.url.href, region: "europe-west1", tokenHosts: [oauth.host] },
  });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
  return {
    registry: seat,
    oauth,
    api,
    env: { GCE_METADATA_HOST: metadata.host, METADATA_SERVER_DETECTION: "assume-present" },
    blob: hasWorkloadIdentity ? { ...blob(pem), username: undefined, password: undefined } : blob(pem),
    wrong: blob(other),
    sample,
    faults,
    calls: seat.calls,
    tokens,
    hasPushDates: true,
    [Symbol.asyncDispose]: disposeAll(seat, oauth, api, metadata, storage),
  };
}

function keyText(pem: string, tokenUri: string, form: GoogleOptions["keyForm"]): string {
  const json = JSON.stringify({
    type: "service_account",
    project_id: "acme",
    private_key_id: "1",
    private_key: pem,
    client_email: EMAIL,
    token_uri: tokenUri,
  });
  if (form === "base64") return Buffer.from(json).toString("base64");
  return form === "broken-lines" ? json.replaceAll("\\n", "\n") : json;
}

/** Tokens of the machine's or pod's own account; only calls that name the flavor are answered. */
function metadataServer(accessTokens: Set<string>): Express {
  const app = express();
  app.use((req, res, next) => {
    res.setHeader("metadata-flavor", "Google");
    if (req.headers["metadata-flavor"] === "Google") next();
    else res.status(403).end();
  });
  app.get("/computeMetadata/v1/instance/service-accounts/default/token", (_req, res) => {
    const token = `ya29.${randomUUID()}`;
    accessTokens.add(token);
    res.json({ access_token: token, expires_in: 3599, token_type: "Bearer" });
  });
  return app;
}

/** The JWT bearer grant: RS256, audience and life checked. */
function oauthApp(publicPem: string, accessTokens: Set<string>): Express {
  const app = express().use(express.urlencoded(), express.json());
  app.post("/token", (req, res) => {
    const { grant_type: grant, assertion = "" } = req.body as { grant_type?: string; assertion?: string };
    const [header = "", payload = "", signature = ""] = assertion.split(".");
    const verify = createVerify("RSA-SHA256").update(`${header}.${payload}`);
    const isSigned = verify.verify(createPublicKey(publicPem), signature, "base64url");
    const claims = isSigned
      ? (JSON.parse(Buffer.from(payload, "base64url").toString()) as { iss: string; exp: number; scope: string })
      : undefined;
    if (
      grant !== "urn:ietf:params:oauth:grant-type:jwt-bearer" ||
      claims?.iss !== EMAIL ||
      claims.exp * 1000 < Date.now()
    ) {
      return void res.status(400).json({ error: "invalid_grant", error_description: "Invalid JWT Signature." });
    }
    if (!claims.scope.includes("cloud-platform")) return void res.status(400).json({ error: "invalid_scope" });
    const token = `ya29.${randomUUID()}`;
    accessTokens.add(token);
    res.json({ access_token: token, expires_in: 3599, token_type: "Bearer" });
  });
  return app;
}

const emptyCatalog: RequestHandler = (req, res, next) => {
  if (req.path === "/v2/_catalog") res.json({ repositories: [] });
  else next();
};

const docsInsteadOfCatalog: RequestHandler = (req, res, next) => {
  if (req.path === "/v2/_catalog") res.redirect(302, "/docs");
  else if (req.path === "/docs") res.type("html").send("<html>documentation</html>");
  else next();
};

/** `tags/list` of a path that may be no image but a folder: children, tags, and a map of manifests with numbers as strings. */
function tagTree({ content }: SampleContent): RequestHandler {
  return (req, res, next) => {
    const path = /^\/v2\/(.+)\/tags\/list$/.exec(req.path)?.[1];
    if (!path) return next();
    const below = content.repositories().filter((name) => name.startsWith(`${path}/`));
    const tags = content.tags(path);
    if (!tags && below.length === 0)
      return void res.status(404).json({ errors: [{ code: "NAME_UNKNOWN", message: "Repository not found." }] });
    const child = [...new Set(below.map((name) => name.slice(path.length + 1).split("/")[0]))];
    const byDigest = Map.groupBy(tags ?? [], (tag) => content.manifest(path, tag)?.descriptor.digest ?? "");
    const manifest = Object.fromEntries(
      [...byDigest].map(([digest, tag]) => [
        digest,
        {
          imageSizeBytes: "4321",
          layerId: "",
          mediaType: content.manifest(path, digest)?.descriptor.mediaType,
          tag,
          timeCreatedMs: "1772000000000",
          timeUploadedMs: "1772000000000",
        },
      ]),
    );
    res.json({ child, manifest, name: path, tags: tags ?? [] });
  };
}

/** `artifactregistry.googleapis.com/v1`: packages with escaped names, pages by token. */
function artifactApi({ content }: SampleContent, accessTokens: ReadonlySet<string>): Express {
  const app = express();
  const repository = "projects/acme/locations/europe-west1/repositories";
  app.use((req, res, next) => {
    if (accessTokens.has((req.headers.authorization ?? "").replace("Bearer ", ""))) next();
    else
      res.status(401).json({
        error: { code: 401, message: "Request had invalid authentication credentials.", status: "UNAUTHENTICATED" },
      });
  });
  app.get(`/v1/${repository}`, (_req, res) => {
    res.json({
      repositories: [
        { name: `${repository}/images`, format: "DOCKER" },
        { name: `${repository}/jars`, format: "MAVEN" },
      ],
    });
  });
  app.get(`/v1/${repository}/images/packages`, (req, res) => {
    const names = content.repositories().map((name) => name.slice("acme/images/".length));
    const packages = names.map((name) => ({ name: `${repository}/images/packages/${encodeURIComponent(name)}` }));
    res.json(pageOf(req, "packages", packages));
  });
  app.get(`/v1/${repository}/images/dockerImages`, (req, res) => {
    const images = content.repositories().flatMap((name) => dockerImages(content, name, `${repository}/images`));
    res.json(pageOf(req, "dockerImages", images));
  });
  return app;
}

function pageOf(req: Request, field: string, all: readonly object[]): object {
  const [start, size] = [Number(req.query.pageToken ?? 0), Math.min(Number(req.query.pageSize ?? 50), 1000)];
  const hasMore = start + size < all.length;
  return { [field]: all.slice(start, start + size), ...(hasMore && { nextPageToken: String(start + size) }) };
}

/** Every manifest of an image with all its tags; an index tells of its platforms. */
function dockerImages(content: SampleContent["content"], name: string, parent: string): object[] {
  const tags = content.tags(name) ?? [];
  const byDigest = Map.groupBy(tags, (tag) => content.manifest(name, tag)?.descriptor.digest ?? "");
  return [...byDigest].map(([digest, own]) => {
    const manifest = content.manifest(name, digest);
    const platforms = manifest?.children.length
      ? {
          imageManifests: [
            { os: "linux", architecture: "amd64" },
            { os: "linux", architecture: "arm64", variant: "v8" },
          ],
        }
      : {};
    return {
      name: `${parent}/dockerImages/${encodeURIComponent(name.slice("acme/images/".length))}@${digest}`,
      uri: `europe-west1-docker.pkg.dev/${name}@${digest}`,
      tags: own,
      imageSizeBytes: "4321",
      uploadTime: "2026-03-01T00:00:00Z",
      mediaType: manifest?.descriptor.mediaType,
      ...platforms,
    };
  });
}
