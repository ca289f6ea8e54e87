import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OWNER_KEY, startTestServer, type TestServer } from "../test-support.ts";
import { listRoutes } from "./contract/index.ts";
import { ROLES, type Role, type RouteContract, SCOPES, type Scope } from "./contract/route.ts";

/** A role's index is its rank. */
const mayByRole = (role: Role, route: RouteContract): boolean =>
  route.role === "public" || ROLES.indexOf(role) >= ROLES.indexOf(route.role);

describe("authorisation matrix", () => {
  let server: TestServer;
  const cookies = new Map<Role, string>();
  const keys = new Map<string, string>();
  const routes = listRoutes().filter(({ operationId }) => operationId !== "session.end");

  before(async () => {
    server = await startTestServer();
    for (const role of ROLES) cookies.set(role, await signIn(role));
    for (const role of ROLES) for (const scope of SCOPES) keys.set(`${role} ${scope}`, await createKey(role, scope));
  });
  after(() => server.close());

  async function signIn(role: Role): Promise<string> {
    const invitation = await server.call<{ token: string }>("POST", "/users", { body: { role } });
    const body = { token: invitation.body.token, name: role, password: "a long enough password" };
    const account = await server.call("POST", "/sign-in/link", { key: null, body });
    return account.headers.get("set-cookie")?.split(";")[0] ?? "";
  }

  async function createKey(role: Role, scope: Scope): Promise<string> {
    const body = { name: `${role} ${scope}`, role, scopes: [scope] };
    return (await server.call<{ value: string }>("POST", "/keys", { body })).body.value;
  }

  /** Sends no usable input: what passes the door fails behind it, and nothing changes. */
  async function knock(route: RouteContract, headers: Record<string, string>, key: string | null): Promise<string> {
    const path = route.path.replaceAll(/:\w+/g, "none");
    const isStream = route.produces?.includes("text/event-stream") ?? false;
    if (isStream) return knockStream(path, headers, key);
    const body = route.method === "GET" ? undefined : { unknownField: true };
    const answer = await server.call(route.method, path, { key, headers, body });
    return verdictOf(answer.status, answer.body.error);
  }

  async function knockStream(path: string, headers: Record<string, string>, key: string | null): Promise<string> {
    const controller = new AbortController();
    const authorization = key === null ? undefined : { authorization: `Bearer ${key}` };
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      headers: { ...headers, ...authorization },
      signal: controller.signal,
    });
    const verdict = answer.ok
      ? "in"
      : verdictOf(answer.status, ((await answer.json()) as { error: { code: string; message: string } }).error);
    controller.abort();
    return verdict;
  }

  function verdictOf(status: number, error: { code: string; message: string } | undefined): string {
    if (status === 401 && error?.message.startsWith("sign in first")) return "unknown";
    if (status === 403 && / needs (role|a person)/.test(error?.message ?? "")) return "refused";
    return "in";
  }

  it("lets nobody in without a credential, but for signing in", async () => {
    for (const { operationId, route } of routes) {
      const verdict = await knock(route, {}, null);
      assert.equal(verdict, route.role === "public" ? "in" : "unknown", operationId);
    }
  });

  for (const role of ROLES) {
    it(`lets the role ${role} do what it covers, and nothing else`, async () => {
      for (const { operationId, route } of routes) {
        const headers = { cookie: cookies.get(role) ?? "", origin: server.url };
        const verdict = await knock(route, headers, null);
        assert.equal(verdict, mayByRole(role, route) ? "in" : "refused", `${operationId} as ${role}`);
      }
    });

    it(`lets keys of the role ${role} with the right scope do what the role covers`, async () => {
      for (const { operationId, route } of routes) {
        const verdict = await knock(route, {}, keys.get(`${role} ${route.scope ?? "read"}`) ?? "");
        const isAllowed = route.role === "public" || (mayByRole(role, route) && route.scope !== undefined);
        assert.equal(verdict, isAllowed ? "in" : "refused", `${operationId} as ${role}`);
      }
    });
  }

  it("holds an owner's key to its scope", async () => {
    for (const { operationId, route } of routes) {
      for (const scope of SCOPES) {
        const verdict = await knock(route, {}, keys.get(`owner ${scope}`) ?? "");
        const isAllowed = route.role === "public" || route.scope === scope;
        assert.equal(verdict, isAllowed ? "in" : "refused", `${operationId} with ${scope}`);
      }
    }
  });

  it("answers a key that does not exist like none", async () => {
    const answer = await server.call("GET", "/projects", { key: `${OWNER_KEY}x` });

    assert.equal(answer.status, 401);
  });

  it("shows a key of one connection nothing of another", async () => {
    const one = await createConnection("one");
    const other = await createConnection("other");
    const body = { name: "one only", role: "admin", scopes: ["read", "manage"], connections: [one] };
    const key = (await server.call<{ value: string }>("POST", "/keys", { body })).body.value;

    const list = await server.call<{ items: { id: string }[] }>("GET", "/connections", { key });
    const foreign = await server.call("GET", `/connections/${other}`, { key });
    const common = await server.call("POST", "/allow-list", { key, body: { advisories: "CVE-2024-1" } });

    assert.deepEqual(
      list.body.items.map(({ id }) => id),
      [one],
    );
    assert.equal(foreign.status, 404);
    assert.equal(common.body.error?.code, "FORBIDDEN");
  });

  it("lets nobody hand out more than they have", async () => {
    const admin = await createAdminKey();

    const owner = await server.call("POST", "/users", { key: admin, body: { role: "owner" } });
    const scope = await server.call("POST", "/keys", {
      key: admin,
      body: { name: "x", role: "viewer", scopes: ["tunnel:call"] },
    });

    assert.deepEqual([owner.status, scope.status], [403, 403]);
  });

  async function createAdminKey(): Promise<string> {
    const body = { name: "admin only", role: "admin", scopes: ["admin"] };
    return (await server.call<{ value: string }>("POST", "/keys", { body })).body.value;
  }

  async function createConnection(name: string): Promise<string> {
    const answer = await server.call<{ connection: { id: string } }>("POST", "/connections", {
      body: { name, type: "oci" },
    });
    return answer.body.connection.id;
  }
});
