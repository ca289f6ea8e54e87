import type { RegistryType } from "@tidewaiter/contract";
import type { z } from "zod";
import type { ConnectionOptions, commandsSchema } from "../api/contract/connections.ts";
import { registryTypeInfo } from "./registry-types.ts";

export interface CommandInput {
  readonly type: RegistryType;
  readonly options: ConnectionOptions;
  readonly token: string;
  /** This server as clients reach it. */
  readonly serverUrl: string;
  readonly version: string;
}

type Commands = z.output<typeof commandsSchema>;
type Pair = readonly [name: string, value: string];

/** What to paste on the machine inside the network: everything filled in but the registry's secrets. */
export function createCommands(input: CommandInput): Commands {
  const client = clientVariables(input);
  const agent: Pair[] = [["SNYK_PORT", "17500"]];
  const image = (name: string): string => `tidewaiter/${name}:${input.version}`;
  const images = { client: image("broker-client"), agent: image("registry-agent") };
  return {
    client: dockerRun("tidewaiter-client", ["7341:7341"], client, images.client),
    // The agent answers whoever reaches it, so that only the client beside it does.
    agent: dockerRun("tidewaiter-agent", [], agent, images.agent),
    compose: compose([
      { role: "client", image: images.client, ports: ["7341:7341"], variables: client },
      { role: "agent", image: images.agent, ports: [], variables: agent },
    ]),
  };
}

const ACCOUNT: readonly string[] = ["CR_USERNAME", "CR_PASSWORD"];

function clientVariables({ type, options, token, serverUrl }: CommandInput): Pair[] {
  const { registryBase, clientUrl, agentUrl, isPlainHttp, roleArn, region, platforms } = options;
  const isAsked = (variable: string): boolean => options.hasAccount === true && ACCOUNT.includes(variable);
  const known: Readonly<Record<string, string | undefined>> = { CR_ROLE_ARN: roleArn, CR_REGION: region };
  const fields = registryTypeInfo(type).fields.filter(
    ({ isRequired, variable }) => isRequired || isAsked(variable) || known[variable] !== undefined,
  );
  return [
    ["BROKER_TOKEN", token],
    ["BROKER_SERVER_URL", options.serverUrl ?? serverUrl],
    ["BROKER_CLIENT_URL", clientUrl ?? "http://tidewaiter-client:7341"],
    ["CR_AGENT_URL", agentUrl ?? "http://tidewaiter-agent:17500"],
    ["CR_TYPE", type],
    ...(registryBase ? [["CR_BASE", registryBase] as const] : []),
    ...fields.map(({ variable }) => [variable, known[variable] ?? `<${variable.toLowerCase()}>`] as const),
    ...(isPlainHttp ? [["TIDEWAITER_CR_PLAIN_HTTP", "true"] as const] : []),
    ...(platforms && platforms.length > 0 ? [["TIDEWAITER_CR_PLATFORMS", platforms.join(",")] as const] : []),
    ["PORT", "7341"],
  ];
}

const NETWORK = "docker network inspect tidewaiter >/dev/null 2>&1 || docker network create tidewaiter";

function dockerRun(name: string, ports: readonly string[], variables: readonly Pair[], image: string): string {
  const run = [
    `docker run --detach --restart=always --name ${name} --network tidewaiter`,
    ...ports.map((port) => `  --publish ${port}`),
    ...variables.map(([key, value]) => `  --env ${shellQuote(`${key}=${value}`)}`),
    `  ${image}`,
  ];
  return `${NETWORK}\n${run.join(" \\\n")}`;
}

/** Single quotes keep everything; a quote inside ends them, stands escaped, and starts them again. */
export function shellQuote(text: string): string {
  return /^[\w=.,:/@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

interface Service {
  readonly role: string;
  readonly image: string;
  readonly ports: readonly string[];
  readonly variables: readonly Pair[];
}

/** JSON strings are YAML strings, whatever stands in them; `$` is doubled, since compose would fill it in. */
function compose(services: readonly Service[]): string {
  const lines = services.flatMap(({ role, image, ports, variables }) => [
    `  tidewaiter-${role}:`,
    `    image: ${image}`,
    "    restart: always",
    ...(ports.length > 0 ? [`    ports: ${JSON.stringify(ports)}`] : []),
    "    environment:",
    ...variables.map(([key, value]) => `      ${key}: ${JSON.stringify(value.replaceAll("$", "$$$$"))}`),
  ]);
  return ["services:", ...lines, ""].join("\n");
}
