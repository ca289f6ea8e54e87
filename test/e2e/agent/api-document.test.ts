import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CLIENT_RULES, compileFilter } from "@tidewaiter/tunnel";
import { z } from "zod";
import { apiDocument } from "../../../packages/agent/src/routes/api-document.ts";
import { type AgentFixture, debianImage, startAgentFixture, type TestClient } from "./agent-fixture.ts";

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];
interface Operation {
  readonly responses: Readonly<Record<string, { content?: { "application/json": { schema: JsonSchema } } }>>;
}
const HOOK = "a".repeat(32);
const HOOK_BODY = { type: "harbor-cr", secret: "a-secret-of-the-hook" };
/** A request for every operation of the document, in an order in which each finds what it needs. */
const REQUESTS: readonly (readonly [operation: string, path: string, body?: object])[] = [
  ["get /healthcheck", "/healthcheck"],
  ["get /systemcheck", "/systemcheck"],
  ["get /validate-credentials", "/validate-credentials"],
  ["get /list", "/list"],
  ["get /list/{repository}", "/list/team/app"],
  ["get /list-paginated/", "/list-paginated/?limit=1"],
  ["get /list-paginated/{repository}", "/list-paginated/team/app?limit=1"],
  ["get /list-with-metadata/{repository}", "/list-with-metadata/team/app"],
  ["get /image-metadata/{repository}", "/image-metadata/team/app?reference=1"],
  ["get /get-state-identifier", "/get-state-identifier?repository=team/app&reference=1"],
  ["post /discover", "/discover", { repository: "team/app", reference: "1" }],
  [
    "post /scan",
    "/scan",
    { scanId: "a", nonce: "nonce-of-sixteen-characters", repository: "team/app", reference: "1" },
  ],
  ["get /scans", "/scans"],
  ["get /scans/{id}", "/scans/a"],
  ["delete /scans/{id}", "/scans/a"],
  ["put /hooks/{id}", `/hooks/${HOOK}`, HOOK_BODY],
  ["delete /hooks/{id}", `/hooks/${HOOK}`],
];

describe("the agent's API document", { timeout: 180_000 }, () => {
  const paths = apiDocument().paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  let fixture: AgentFixture;
  let client: TestClient;
  before(async () => {
    fixture = await startAgentFixture();
    client = await fixture.client("document");
    for (const tag of ["1", "2"]) client.registry.push("team/app", tag, await debianImage({ bash: tag }));
  });
  after(() => fixture.close());

  it("has the operations that are tested here, and no other", () => {
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );

    assert.deepEqual(described.toSorted(), REQUESTS.map(([operation]) => operation).toSorted());
  });

  it("lists nothing that the broker client does not let through by default", () => {
    const filter = compileFilter(CLIENT_RULES.private);

    const denied = REQUESTS.filter(([operation, url]) => {
      const method = (operation.split(" ")[0] ?? "").toUpperCase();
      return filter.decide({ method, url, headers: {} }).kind !== "allowed";
    });

    assert.deepEqual(denied, []);
  });

  for (const [operation, path, body] of REQUESTS) {
    it(`says what ${operation} answers`, async () => {
      const [method = "", name = ""] = operation.split(" ");

      const answer = await fixture.call(client, method.toUpperCase(), path, body);

      const schema = paths[name]?.[method]?.responses[answer.status]?.content?.["application/json"].schema;
      assert.ok(schema, `${answer.status} is not described: ${JSON.stringify(answer.body)}`);
      assert.deepEqual(z.fromJSONSchema(schema).safeParse(answer.body).error?.issues ?? [], []);
    });
  }
});
