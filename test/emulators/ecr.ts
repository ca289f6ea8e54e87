import { randomUUID } from "node:crypto";
import { registryApp } from "@tidewaiter/sample-registry";
import express, { type Express, type RequestHandler } from "express";
import { buildSampleContent, type SampleContent } from "../conformance/registry-content.ts";
import { disposeAll, type EmulatedRegistry } from "./emulated-registry.ts";
import { createFaults } from "./faults.ts";
import { type Emulator, takeSeat } from "./start-emulator.ts";
import { startStorage } from "./storage.ts";
import { refuse, type TokenFaults } from "./token-service.ts";

export interface EcrOptions {
  /** The role demands one; a wrong or missing one is AccessDenied. */
  readonly externalId?: string;
  /** API calls that are throttled first. */
  readonly throttled?: number;
}

export interface Ecr extends EmulatedRegistry {
  readonly sts: Emulator;
  readonly api: Emulator;
  readonly registry: Emulator;
  /** What points the real AWS SDK here, with the caller's own keys. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the twelve hours of every password that was given out. */
  readonly tokens: TokenFaults;
}

const ROLE = "arn:aws:iam::123456789012:role/tidewaiter-read";
const SESSION_TOKEN = "session-token-of-the-role";
const TARGET = "AmazonEC2ContainerRegistry_V20150921.";

/** ECR (reference, 4.5): STS over forms and XML, ECR over JSON 1.1, and a data plane with Basic and S3-like redirects. */
export async function startEcr(options: EcrOptions = {}): Promise<Ecr> {
  const sample = await buildSampleContent({ namespace: "acme", tagCount: 1_100 });
  const faults = createFaults();
  const [sts, api, seat, storage] = await Promise.all([
    takeSeat(),
    takeSeat(),
    takeSeat(),
    startStorage(sample.content, [faults.handler]),
  ]);
  const passwords = new Map<string, "good" | "expired">();
  sts.serve(stsApp(options.externalId));
  api.serve(ecrApp(sample, seat.url, passwords, options.throttled ?? 0));
  const before = [faults.exceptBlobs, dataPlaneGuard(seat.url, passwords), limitPages, storage.redirect];
  seat.serve(registryApp({ content: sample.content, before }));
  const extra = { plainHttp: true, region: "eu-west-1" };
  return {
    sts,
    api,
    registry: seat,
    env: {
      AWS_ACCESS_KEY_ID: "AKIAAGENT",
      AWS_SECRET_ACCESS_KEY: "agent-secret-key",
      AWS_ENDPOINT_URL_STS: sts.url.href,
      AWS_ENDPOINT_URL_ECR: api.url.href,
    },
    blob: {
      type: "ecr",
      roleArn: ROLE,
      extra: { ...extra, ...(options.externalId && { externalId: options.externalId }) },
    },
    wrong: { type: "ecr", roleArn: `${ROLE}-of-others`, extra },
    sample,
    faults,
    calls: seat.calls,
    hasPushDates: true,
    tokens: {
      revokeAll: () => {
        for (const password of passwords.keys()) passwords.set(password, "expired");
      },
    },
    [Symbol.asyncDispose]: disposeAll(sts, api, seat, storage),
  };
}

/** AssumeRole and GetCallerIdentity, signed by the caller's own key. */
function stsApp(externalId: string | undefined): Express {
  const app = express().use(express.urlencoded());
  app.post("/", (req, res) => {
    const form = req.body as Readonly<Record<string, string>>;
    res.type("text/xml");
    if (!/^AWS4-HMAC-SHA256 Credential=AKIAAGENT\//.test(req.headers.authorization ?? "")) {
      res.status(403).send(stsError("InvalidClientTokenId", "The security token included in the request is invalid."));
    } else if (form.Action === "GetCallerIdentity") {
      res.send(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::999999999999:user/agent</Arn><UserId>AIDA</UserId><Account>999999999999</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    } else if (form.RoleArn !== ROLE || (externalId && form.ExternalId !== externalId)) {
      const message = `User: arn:aws:iam::999999999999:user/agent is not authorized to perform: sts:AssumeRole on resource: ${form.RoleArn}`;
      res.status(403).send(stsError("AccessDenied", message));
    } else {
      const until = new Date(Date.now() + 3_600_000).toISOString();
      res.send(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret-key</SecretAccessKey><SessionToken>${SESSION_TOKEN}</SessionToken><Expiration>${until}</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>${ROLE}</Arn></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`,
      );
    }
  });
  return app;
}

function stsError(code: string, message: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

interface EcrInput {
  readonly repositoryName?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** The control plane: one path, the operation in a header, pages by token. */
function ecrApp({ content }: SampleContent, registry: URL, passwords: Map<string, string>, throttled: number): Express {
  const app = express().use(express.json({ type: "application/x-amz-json-1.1" }));
  let toThrottle = throttled;
  const page = <T>(all: readonly T[], { maxResults = 100, nextToken = "0" }: EcrInput) => {
    const start = Number(nextToken);
    const end = start + Math.min(maxResults, 1000);
    return { items: all.slice(start, end), ...(end < all.length && { nextToken: String(end) }) };
  };
  app.post("/", (req, res) => {
    const input = req.body as EcrInput;
    const fail = (status: number, type: string, message: string): void =>
      void res.status(status).json({ __type: type, message });
    res.type("application/x-amz-json-1.1");
    if (req.headers["x-amz-security-token"] !== SESSION_TOKEN)
      return fail(400, "UnrecognizedClientException", "The security token included in the request is invalid.");
    if (toThrottle-- > 0) return fail(400, "ThrottlingException", "Rate exceeded");
    switch (String(req.headers["x-amz-target"]).replace(TARGET, "")) {
      case "GetAuthorizationToken": {
        const password = randomUUID();
        passwords.set(password, "good");
        const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
        const expiresAt = Date.now() / 1000 + 43_200;
        return void res.json({
          authorizationData: [{ authorizationToken, expiresAt, proxyEndpoint: registry.origin }],
        });
      }
      case "DescribeRepositories": {
        const { items, nextToken } = page(content.repositories(), input);
        return void res.json({ repositories: items.map((repositoryName) => ({ repositoryName })), nextToken });
      }
      case "DescribeImages": {
        const tags = content.tags(input.repositoryName ?? "");
        if (!tags) return fail(400, "RepositoryNotFoundException", "The repository does not exist in the registry");
        const { items, nextToken } = page(imagesOf(content, input.repositoryName ?? "", tags), input);
        return void res.json({ imageDetails: items, nextToken });
      }
      default:
        return fail(400, "UnknownOperationException", "unknown");
    }
  });
  return app;
}

/** An image with many tags appears once. */
function imagesOf(content: SampleContent["content"], repository: string, tags: readonly string[]): object[] {
  const byDigest = Map.groupBy(tags, (tag) => content.manifest(repository, tag)?.descriptor.digest ?? "");
  return [...byDigest].map(([imageDigest, imageTags]) => ({
    imageDigest,
    imageTags,
    imageSizeInBytes: 4321,
    imagePushedAt: 1_772_000_000.5,
    imageManifestMediaType: content.manifest(repository, imageDigest)?.descriptor.mediaType,
  }));
}

/** A Basic realm that looks like a URL; 403 without a challenge when the password is over. */
function dataPlaneGuard(url: URL, passwords: ReadonlyMap<string, string>): RequestHandler {
  return (req, res, next) => {
    const given = Buffer.from((req.headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString();
    const state = given.startsWith("AWS:") ? passwords.get(given.slice("AWS:".length)) : undefined;
    if (state === "good") return next();
    if (state === "expired") {
      refuse(res, 403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
      return;
    }
    res.setHeader("www-authenticate", `Basic realm="${url.href}",service="ecr.amazonaws.com"`);
    refuse(res, 401, "UNAUTHORIZED", "Not Authorized");
  };
}

/** Pages of 100 unless asked, 405 above 1000. */
const limitPages: RequestHandler = (req, res, next) => {
  if (Number(req.query.n ?? 0) > 1000)
    refuse(
      res,
      405,
      "UNSUPPORTED",
      "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'",
    );
  else next();
};
