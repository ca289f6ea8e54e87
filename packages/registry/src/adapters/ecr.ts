import type { ImageDetail } from "@aws-sdk/client-ecr";
import type { RegistryConnection, TagMetadata } from "@tidewaiter/contract";
import { BrokerError, Secret } from "@tidewaiter/runtime";
import type { Credential } from "../auth/credential.ts";
import { pushDate } from "../vendor-pages.ts";
import type { AdapterDefinition, CredentialContext, MintedCredentials, RegistryAdapter } from "./adapter.ts";
import { type AwsAccess, createAwsAccess, partitionOf, regionOf } from "./aws-access.ts";
import { awsError } from "./aws-error.ts";

const RENEW_EARLY_MS = 15 * 60_000;
const KEEP_MS = 60 * 60_000;
const PAGE_SIZE = 1_000;

/** Amazon ECR: a role for each account, a password of twelve hours, and listing by the AWS API. */
export const ecr: AdapterDefinition = { type: "ecr", hostOf, credentials: createEcrCredentials };

/** The account's host, from the role; the true one is what ECR names with the password. */
function hostOf(connection: RegistryConnection): string {
  const { roleArn } = connection;
  const [account, zone, region] = [roleArn?.split(":")[4], partitionOf(roleArn).suffix, regionOf(connection)];
  return account ? `${account}.dkr.ecr.${region}.${zone}` : `api.ecr.${region}.${zone}`;
}

interface Grant {
  readonly username: string;
  readonly password: string;
  readonly endpoint: string;
}

function createEcrCredentials(context: CredentialContext): MintedCredentials {
  const { connection, tokens } = context;
  const aws = createAwsAccess(context);
  const key = ["ecr", connection.roleArn, connection.region, connection.externalId?.fingerprint()].join("\n");
  const grantOf = async (signal?: AbortSignal): Promise<{ grant: Grant; raw: Secret }> => {
    const raw = await tokens.get(key, () => fetchGrant(aws, connection), signal);
    return { raw, grant: JSON.parse(raw.reveal()) as Grant };
  };
  const origin = new WeakMap<Credential, Secret>();
  return {
    async current(signal) {
      const { grant, raw } = await grantOf(signal);
      const credential = { username: grant.username, password: new Secret(grant.password), isPreemptive: true };
      origin.set(credential, raw);
      return credential;
    },
    renew(refused) {
      const raw = origin.get(refused);
      if (raw) tokens.drop(key, raw);
      return raw !== undefined;
    },
    base: async (signal) => (await grantOf(signal)).grant.endpoint,
    create: () => createEcr(aws, connection),
  };
}

/** Kept for an hour at most although it is good for twelve, so that a revoked role is noticed. */
async function fetchGrant(
  aws: AwsAccess,
  connection: RegistryConnection,
): Promise<{ token: Secret; lifetimeMs: number }> {
  const { GetAuthorizationTokenCommand } = await import("@aws-sdk/client-ecr");
  const client = await aws.ecr();
  try {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
    const { authorizationToken, expiresAt, proxyEndpoint } = authorizationData?.[0] ?? {};
    const [username = "", ...password] = Buffer.from(authorizationToken ?? "", "base64")
      .toString()
      .split(":");
    if (!username || !proxyEndpoint)
      throw new BrokerError("REGISTRY_PROTOCOL", "ECR answered without an authorization token");
    const grant: Grant = { username, password: password.join(":"), endpoint: connection.base ?? proxyEndpoint };
    const lifetimeMs = Math.min((expiresAt?.getTime() ?? 0) - Date.now() - RENEW_EARLY_MS, KEEP_MS);
    return { token: new Secret(JSON.stringify(grant)), lifetimeMs };
  } catch (error) {
    throw await awsError(error, aws, connection);
  }
}

function createEcr(aws: AwsAccess, connection: RegistryConnection): RegistryAdapter {
  return {
    // The SDK follows the page tokens and slows down when it is throttled.
    async *listRepositories(signal) {
      const { paginateDescribeRepositories } = await import("@aws-sdk/client-ecr");
      const options = { client: await aws.ecr(), pageSize: PAGE_SIZE };
      const source = paginateDescribeRepositories(options, {}, { abortSignal: signal });
      yield* pages(source, ({ repositories = [] }) =>
        repositories.flatMap(({ repositoryName }) => repositoryName ?? []),
      );
    },
    async *listTagsWithMetadata(repositoryName, signal) {
      const { paginateDescribeImages } = await import("@aws-sdk/client-ecr");
      const options = { client: await aws.ecr(), pageSize: PAGE_SIZE };
      const input = { repositoryName, filter: { tagStatus: "TAGGED" } } as const;
      const source = paginateDescribeImages(options, input, { abortSignal: signal });
      yield* pages(source, ({ imageDetails = [] }) => imageDetails.flatMap(readImage));
    },
  };

  async function* pages<P, T>(source: AsyncIterable<P>, pick: (page: P) => readonly T[]): AsyncGenerator<readonly T[]> {
    try {
      for await (const page of source) {
        const items = pick(page);
        if (items.length > 0) yield items;
      }
    } catch (error) {
      throw await awsError(error, aws, connection);
    }
  }
}

/** One image has all its tags in one entry. */
function readImage({
  imageTags = [],
  imageDigest,
  imageSizeInBytes,
  imagePushedAt,
  imageManifestMediaType,
}: ImageDetail): TagMetadata[] {
  return imageTags.map((tag) => ({
    tag,
    ...(imageDigest && { digest: imageDigest }),
    ...(imageManifestMediaType && { mediaType: imageManifestMediaType }),
    ...(imageSizeInBytes && { sizeBytes: imageSizeInBytes }),
    ...pushDate(imagePushedAt?.getTime()),
  }));
}
