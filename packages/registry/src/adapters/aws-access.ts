import type { ECRClient } from "@aws-sdk/client-ecr";
import type { STSClient } from "@aws-sdk/client-sts";
import type { RegistryConnection } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import type { CredentialContext } from "./adapter.ts";
import { awsRequestHandler } from "./aws-request-handler.ts";

/** The AWS clients of one connection, made when first asked for: the SDK is large, and most agents never need it. */
export interface AwsAccess {
  ecr(): Promise<ECRClient>;
  /** With the agent's own identity, which assumes the role. */
  sts(): Promise<STSClient>;
}

/** One hour is all that a role gives that was itself assumed by a role. */
const SESSION_SECONDS = 3_600;
const MAX_ATTEMPTS = 5;
const TIMEOUT_MS = 30_000;

const SUFFIXES: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
  "aws-us-gov": "amazonaws.com",
  "aws-iso": "c2s.ic.gov",
  "aws-iso-b": "sc2s.sgov.gov",
};

/** The part of AWS that a role lives in, and the suffix of its hosts. */
export function partitionOf(arn: string | undefined): { readonly name: string; readonly suffix: string } {
  const name = arn?.split(":")[1] ?? "aws";
  return { name, suffix: SUFFIXES[name] ?? "amazonaws.com" };
}

export function createAwsAccess({ connection, transport }: CredentialContext): AwsAccess {
  const handler = awsRequestHandler(transport.dispatcher, TIMEOUT_MS);
  const common = (): { region: string; requestHandler: typeof handler; maxAttempts: number; retryMode: string } => ({
    region: regionOf(connection),
    requestHandler: handler,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: "adaptive",
  });
  let stsClient: STSClient | undefined;
  let ecrClient: ECRClient | undefined;
  const sts = async (): Promise<STSClient> => {
    const { STSClient: Client } = await import("@aws-sdk/client-sts");
    stsClient ??= new Client(common());
    return stsClient;
  };
  const assumed = connection.roleArn ? () => assumeRole(sts, connection) : undefined;
  return {
    sts,
    async ecr() {
      const { ECRClient: Client } = await import("@aws-sdk/client-ecr");
      ecrClient ??= new Client({ ...common(), ...(assumed && { credentials: assumed }) });
      return ecrClient;
    },
  };
}

async function assumeRole(sts: () => Promise<STSClient>, { roleArn, externalId }: RegistryConnection) {
  const { AssumeRoleCommand } = await import("@aws-sdk/client-sts");
  const client = await sts();
  const input = {
    RoleArn: roleArn,
    RoleSessionName: "tidewaiter",
    DurationSeconds: SESSION_SECONDS,
    ExternalId: externalId?.reveal(),
  };
  const { Credentials: given } = await client.send(new AssumeRoleCommand(input));
  if (!given?.AccessKeyId || !given.SecretAccessKey) {
    throw new BrokerError("REGISTRY_PROTOCOL", "STS answered without credentials");
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
    expiration: given.Expiration,
  };
}

/** @throws {BrokerError} INPUT_INVALID when neither the connection nor its host names a region. */
export function regionOf({ region, base }: RegistryConnection): string {
  const found = region ?? /\.ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(base ?? "")?.[1];
  if (found) return found;
  throw new BrokerError("INPUT_INVALID", "the connection names no AWS region", {
    action: "set CR_REGION on the broker client",
  });
}
