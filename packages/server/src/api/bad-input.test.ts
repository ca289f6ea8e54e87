import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { z } from "zod";
import { startTestServer, type TestServer } from "../test-support.ts";
import { listRoutes } from "./contract/index.ts";

const BODIES: readonly unknown[] = [
  "{not json",
  "[]",
  "null",
  '"text"',
  { unknownField: 1 },
  { name: 7, type: {}, url: [], events: "x", advisories: null, images: {}, kind: 3, severity: "awful", password: true },
  {
    name: "\u0000",
    type: "__proto__",
    url: "javascript:alert(1)",
    advisories: "\n",
    images: ["UPPER:case"],
    cron: "* *",
  },
];
const QUERIES = [
  "limit=0",
  "limit=9999",
  "limit=x",
  "cursor=%00",
  "cursor=W10",
  "severity=awful",
  "state=Nope",
  "days=-1",
  "format=exe",
];

describe("bad input", () => {
  let server: TestServer;
  let id: string;

  before(async () => {
    server = await startTestServer();
    const made = await server.call<{ connection: { id: string } }>("POST", "/connections", {
      body: { name: "a", type: "oci" },
    });
    id = made.body.connection.id;
  });
  after(() => server.close());

  const pathOf = (path: string): string => path.replaceAll(/:\w+/g, id);

  it("gets an error with a code from every route that takes a body, whatever the body is", async () => {
    for (const { operationId, route } of listRoutes()) {
      if (route.body instanceof z.ZodUndefined) continue;
      for (const body of BODIES) {
        const answer = await server.call(route.method, pathOf(route.path), { body });
        assert.ok(
          answer.status >= 400 && answer.status < 500,
          `${operationId} answered ${answer.status} to ${JSON.stringify(body)}`,
        );
        assert.match(answer.body.error?.code ?? "", /^[A-Z_]+$/, operationId);
      }
    }
  });

  it("never breaks a list, whatever the query is", async () => {
    const isJson = (produces: readonly string[] | undefined): boolean => produces === undefined;
    for (const { operationId, route } of listRoutes()) {
      if (route.method !== "GET" || !isJson(route.produces)) continue;
      for (const query of QUERIES) {
        const answer = await server.call("GET", `${pathOf(route.path)}?${query}`);
        assert.ok(answer.status < 500 || answer.status === 503, `${operationId}?${query} answered ${answer.status}`);
      }
    }
  });

  it("refuses a body that is too large before anything is done", async () => {
    const body = { name: "x".repeat(3_000_000), type: "oci" };

    const answer = await server.call("POST", "/connections", { body });

    assert.equal(answer.body.error?.code, "PAYLOAD_TOO_LARGE");
  });

  it("names the field that is wrong", async () => {
    const answer = await server.call("POST", "/connections", { body: { name: "b", type: "floppy" } });

    assert.deepEqual(
      answer.body.error?.details?.map(({ path }) => path),
      ["type"],
    );
  });

  it("keeps ids to their alphabet", async () => {
    const answer = await server.call("GET", "/projects/..%2f..%2fetc");

    assert.equal(answer.body.error?.code, "INPUT_INVALID");
  });
});
