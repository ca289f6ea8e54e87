import type { RegistryConnection } from "@tidewaiter/contract";
import { BrokerError, systemCode } from "@tidewaiter/runtime";
import { networkError } from "../http/network-error.ts";
import { type AwsAccess, partitionOf } from "./aws-access.ts";

/** A failure of the AWS SDK in the words of the error table. Aborts stay what they are. */
export async function awsError(error: unknown, aws: AwsAccess, connection: RegistryConnection): Promise<unknown> {
  if (error instanceof BrokerError || !(error instanceof Error) || error.name === "AbortError") return error;
  const options = { cause: error };
  switch (error.name) {
    case "CredentialsProviderError":
      return new BrokerError("REGISTRY_UNAUTHORIZED", "the agent has no AWS identity", {
        ...options,
        likely: "neither environment variables, nor a web identity, pod identity or instance role are there",
        action: "give the agent's container an AWS identity that may assume the role",
      });
    case "AccessDenied":
      return assumeRefused(error, aws, connection);
    case "AccessDeniedException":
      return new BrokerError("REGISTRY_FORBIDDEN", `ECR refuses: ${error.message}`, {
        ...options,
        action: "give the role AmazonEC2ContainerRegistryReadOnly",
      });
    case "RepositoryNotFoundException":
      return new BrokerError("MANIFEST_UNKNOWN", error.message, options);
    case "ThrottlingException":
    case "TooManyRequestsException":
      return new BrokerError("REGISTRY_RATE_LIMITED", `ECR is throttling: ${error.message}`, options);
    case "ExpiredToken":
    case "ExpiredTokenException":
    case "InvalidClientTokenId":
    case "UnrecognizedClientException":
    case "SignatureDoesNotMatch":
      return new BrokerError(
        "REGISTRY_UNAUTHORIZED",
        `AWS does not accept the agent's identity (${error.name})`,
        options,
      );
    default:
      return systemCode(error) ? networkError(error, new URL("https://aws")) : unknownError(error);
  }
}

function unknownError(error: Error): BrokerError {
  return new BrokerError("REGISTRY_UNAVAILABLE", `AWS answered ${error.name}: ${error.message}`, { cause: error });
}

/** Says who asked, and prints the policy that would let them. */
async function assumeRefused(error: Error, aws: AwsAccess, connection: RegistryConnection): Promise<BrokerError> {
  const caller = await callerArn(aws);
  const policy = trustPolicy(caller, connection);
  return new BrokerError(
    "REGISTRY_FORBIDDEN",
    `the role ${connection.roleArn} cannot be assumed by ${caller ?? "the agent"}`,
    {
      cause: error,
      likely: "the role's trust policy does not name the agent's identity, or demands another external id",
      action: `put this trust policy on the role: ${JSON.stringify(policy)}`,
    },
  );
}

async function callerArn(aws: AwsAccess): Promise<string | undefined> {
  try {
    const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
    const { Arn: arn } = await (await aws.sts()).send(new GetCallerIdentityCommand({}));
    // A session is named by its role in a policy.
    return arn?.replace(/:sts:(.*):assumed-role\/([^/]+)\/.*$/, ":iam:$1:role/$2");
  } catch {
    return undefined;
  }
}

function trustPolicy(caller: string | undefined, { externalId, roleArn }: RegistryConnection): object {
  const principal = caller ?? `arn:${partitionOf(roleArn).name}:iam::<account>:role/<the agent's role>`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: principal },
        Action: "sts:AssumeRole",
        // The id itself is a secret; whoever reads this knows it.
        ...(externalId && { Condition: { StringEquals: { "sts:ExternalId": "<CR_EXTERNAL_ID>" } } }),
      },
    ],
  };
}
