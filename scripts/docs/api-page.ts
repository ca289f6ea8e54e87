import { productVersion } from "@tidewaiter/runtime";
import { createOpenApi } from "@tidewaiter/server";
import { apiDocument } from "../../packages/agent/src/routes/api-document.ts";
import { code, heading, table } from "./markdown.ts";

interface Operation {
  readonly summary?: string;
  readonly "x-role"?: string;
  readonly "x-scope"?: string | null;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const SERVER = `Below \`/api/v1\`. Calls carry \`Authorization: Bearer <key>\` or the console's session cookie. Bodies and answers are JSON;
lists answer \`{items, nextCursor?}\` and take \`limit\` and \`cursor\`. The full schemas are served at \`/api/v1/openapi.json\`.`;
const AGENT = `The agent's routes are those that the vendor's broker client allows, with ours beside them. Each call carries the registry
credentials in \`Authorization\`; the broker client fills them in. The full schemas are served at \`/openapi.json\`.`;

/** `docs/reference/api.md`: the operations of server and agent. */
export function apiPage(): string {
  const server = rows((createOpenApi(productVersion()) as { paths: Paths }).paths);
  const agent = rows((apiDocument() as { paths: Paths }).paths);
  return `${heading("API", "the route schemas")}
## Server

${SERVER}

${table(["call", "query", "role", "scope of a key", "what it does"], server)}

## Registry agent

${AGENT}

${table(
  ["call", "query", "what it does"],
  agent.map(([call = "", query = "", , , summary = ""]) => [call, query, summary]),
)}
`;
}

function rows(paths: Paths): string[][] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => [
      code(`${method.toUpperCase()} ${path}`),
      (operation.parameters ?? [])
        .filter((parameter) => parameter.in === "query")
        .map(({ name }) => code(name))
        .join(" "),
      operation["x-role"] ?? "",
      operation["x-scope"] ?? "",
      operation.summary ?? "",
    ]),
  );
}
