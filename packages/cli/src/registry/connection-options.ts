import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import {
  type CredentialBlob,
  REGISTRY_TYPES,
  type RegistryConnection,
  registryTypeSchema,
  toConnection,
} from "@tidewaiter/contract";
import { BrokerError, type Env } from "@tidewaiter/runtime";
import type { Command } from "commander";
import type { CommandContext } from "../context.ts";

/** Options of commands that speak to a registry; each falls back to the broker client's variable of the same meaning. */
export interface ConnectionOptions {
  readonly type?: string;
  readonly base?: string;
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly token?: string;
  readonly roleArn?: string;
  readonly region?: string;
  readonly externalId?: string;
  readonly ca?: string;
  readonly plainHttp?: boolean;
  readonly apiUrl?: string;
}

/** Types that look at the token only. */
const NAMELESS: ReadonlySet<string> = new Set([
  "github-cr",
  "gitlab-cr",
  "digitalocean-cr",
  "gcr",
  "google-artifact-cr",
]);

export function withConnectionOptions(command: Command): Command {
  return command
    .option("--type <type>", `registry type: ${REGISTRY_TYPES.join(", ")} (CR_TYPE)`)
    .option("--base <host>", "registry host, and path where it has one (CR_BASE)")
    .option("--username <name>", "name for the registry (CR_USERNAME)")
    .option("--password-stdin", "read the password from standard input (else CR_PASSWORD)")
    .option("--token <token>", "token instead of a password; - reads it from standard input (CR_TOKEN)")
    .option("--role-arn <arn>", "role to assume, for ecr (CR_ROLE_ARN)")
    .option("--region <region>", "region, for ecr and google-artifact-cr (CR_REGION)")
    .option("--external-id <id>", "external id of the role (CR_EXTERNAL_ID)")
    .option("--ca <file>", "certificate of the authority that the registry's was issued by (PEM)")
    .option("--plain-http", "the registry speaks HTTP without TLS")
    .option("--api-url <url>", "address of the vendor's own API (TIDEWAITER_CR_API_URL)");
}

/** @throws {BrokerError} INPUT_INVALID for an unknown type, an unreadable certificate or a terminal as standard input. */
export async function readConnection(
  options: ConnectionOptions,
  { env, stdin }: CommandContext,
): Promise<RegistryConnection> {
  const type = registryTypeSchema.safeParse(options.type ?? env.CR_TYPE ?? "oci");
  if (!type.success) throw new BrokerError("INPUT_INVALID", `--type: ${type.error.issues[0]?.message}`);
  const isPiped = options.passwordStdin || options.token === "-";
  const piped = isPiped ? await readSecret(stdin) : undefined;
  const token = options.token === "-" ? piped : (options.token ?? (options.passwordStdin ? undefined : env.CR_TOKEN));
  const password = token ?? piped ?? env.CR_PASSWORD;
  const isTokenTwice = type.data === "digitalocean-cr";
  const blob: CredentialBlob = {
    type: type.data,
    registryBase: options.base ?? env.CR_BASE,
    username: options.username ?? env.CR_USERNAME ?? (isTokenTwice ? password : undefined),
    password,
    roleArn: options.roleArn ?? env.CR_ROLE_ARN,
  };
  if (password && !blob.username && !NAMELESS.has(type.data)) {
    throw new BrokerError(
      "INPUT_INVALID",
      `--username is missing: ${type.data} takes no password or token without a name`,
    );
  }
  return toConnection({ ...blob, type: type.data, extra: await readExtra(options, env) });
}

type Extra = NonNullable<Parameters<typeof toConnection>[0]["extra"]>;

async function readExtra(options: ConnectionOptions, env: Env): Promise<Extra> {
  const list = (value: string | undefined): string[] | undefined => value?.split(",").map((part) => part.trim());
  const isOn = (value: string | undefined): boolean => /^(true|1|yes|on)$/i.test(value ?? "");
  return {
    region: options.region ?? env.CR_REGION,
    externalId: options.externalId ?? env.CR_EXTERNAL_ID,
    ca: options.ca ? await readCertificate(options.ca) : env.TIDEWAITER_CR_CA,
    plainHttp: options.plainHttp ?? isOn(env.TIDEWAITER_CR_PLAIN_HTTP),
    skipTlsVerify: isOn(env.TIDEWAITER_CR_SKIP_TLS_VERIFY),
    apiToken: env.TIDEWAITER_CR_API_TOKEN,
    apiUrl: options.apiUrl ?? env.TIDEWAITER_CR_API_URL,
    repositories: list(env.TIDEWAITER_CR_REPOSITORIES),
    platforms: list(env.TIDEWAITER_CR_PLATFORMS),
    tokenHosts: list(env.TIDEWAITER_CR_TOKEN_HOSTS),
    allowForeignLayers: isOn(env.TIDEWAITER_CR_ALLOW_FOREIGN_LAYERS),
  };
}

async function readCertificate(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new BrokerError("INPUT_INVALID", `--ca: ${path} cannot be read`, { cause: error });
  }
}

async function readSecret(stdin: NodeJS.ReadStream): Promise<string> {
  if (stdin.isTTY)
    throw new BrokerError("INPUT_INVALID", "standard input is a terminal; pipe the password or token in");
  return (await text(stdin)).replace(/\r?\n$/, "");
}
