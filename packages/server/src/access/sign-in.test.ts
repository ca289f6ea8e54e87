import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { systemClock } from "@tidewaiter/runtime";
import { startTestServer, type TestServer } from "../test-support.ts";

const PASSWORD = "correct horse battery";

describe("signing in", () => {
  let server: TestServer;
  let nowMs = Date.now();
  const clock = { ...systemClock, now: () => nowMs };

  before(async () => {
    server = await startTestServer({}, clock);
  });
  beforeEach(() => {
    nowMs = Date.now();
  });
  after(() => server.close());

  async function invite(role = "viewer"): Promise<string> {
    return (await server.call<{ token: string }>("POST", "/users", { body: { role } })).body.token;
  }

  async function redeem(token: string, name: string) {
    return server.call<{ role: string }>("POST", "/sign-in/link", {
      key: null,
      body: { token, name, password: PASSWORD },
    });
  }

  async function accountOf(name: string): Promise<string> {
    const answer = await redeem(await invite(), name);
    return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  }

  it("prints a link at the first start that makes the owner, once", async () => {
    const url = String(server.logged.find(({ message }) => message.includes("first administrator"))?.fields.url);
    const token = new URL(url).hash.slice(3);

    const first = await redeem(token, "ada");
    const second = await redeem(token, "eve");

    assert.deepEqual([first.status, first.body.role], [201, "owner"]);
    assert.deepEqual([second.status, second.body.error?.code], [401, "UNAUTHENTICATED"]);
  });

  it("lets only one of two have a link when both use it at once", async () => {
    const token = await invite();

    const answers = await Promise.all([redeem(token, "one of two"), redeem(token, "two of two")]);

    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 401]);
  });

  it("refuses a link after its fifteen minutes", async () => {
    const token = await invite();
    nowMs += 15 * 60_000;

    const answer = await redeem(token, "late");

    assert.equal(answer.body.error?.code, "UNAUTHENTICATED");
  });

  it("sets a cookie that only this host, only over HTTPS or loopback, and no script can read", async () => {
    const answer = await redeem(await invite(), "cookie");

    const cookie = answer.headers.get("set-cookie") ?? "";
    assert.match(cookie, /^__Host-tidewaiter=[\w-]{43}; /);
    for (const flag of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"]) assert.ok(cookie.includes(flag), flag);
  });

  it("takes writes with a cookie only from its own pages", async () => {
    const cookie = await accountOf("origin");
    const patch = (headers: Record<string, string>) =>
      server.call("DELETE", "/session", { key: null, headers: { cookie, ...headers } });

    const foreign = await patch({ origin: "https://evil.example" });
    const silent = await patch({});
    const own = await patch({ origin: server.url });

    assert.deepEqual([foreign.status, silent.status, own.status], [403, 403, 204]);
  });

  it("takes event streams with a cookie only from its own pages", async () => {
    const cookie = await accountOf("stream");
    const headers = { cookie, accept: "text/event-stream", origin: "https://evil.example" };

    const answer = await fetch(`${server.url}/api/v1/events`, { headers });

    assert.equal(answer.status, 403);
    await answer.body?.cancel();
  });

  it("ends a session that was silent for too long", async () => {
    const cookie = await accountOf("silent");
    const show = () => server.call("GET", "/session", { key: null, headers: { cookie } });

    const soon = await show();
    nowMs += 121 * 60_000;
    const late = await show();

    assert.deepEqual([soon.status, late.status], [200, 401]);
  });

  it("answers a wrong password and an unknown name alike, and writes both down", async () => {
    await accountOf("grace");
    const wrong = await server.call("POST", "/sign-in", { key: null, body: { name: "grace", password: "x" } });
    const unknown = await server.call("POST", "/sign-in", { key: null, body: { name: "nobody here", password: "x" } });
    const right = await server.call("POST", "/sign-in", { key: null, body: { name: "GRACE", password: PASSWORD } });

    const audit = await server.call<{ items: { actor: string }[] }>("GET", "/audit?action=session.refused");
    assert.deepEqual([wrong.status, unknown.status, right.status], [401, 401, 201]);
    assert.equal(wrong.body.error?.message, unknown.body.error?.message);
    assert.deepEqual(audit.body.items.map(({ actor }) => actor).sort(), ["grace", "nobody here"]);
  });

  it("cuts a disabled account off at once", async () => {
    const cookie = await accountOf("leaver");
    const { body } = await server.call<{ items: { id: string; name: string }[] }>("GET", "/users?limit=500");
    const id = body.items.find(({ name }) => name === "leaver")?.id;

    await server.call("PATCH", `/users/${id}`, { body: { isDisabled: true } });

    const answer = await server.call("GET", "/session", { key: null, headers: { cookie } });
    assert.equal(answer.status, 401);
  });

  it("keeps the last owner", async () => {
    const { body } = await server.call<{ items: { id: string; role: string }[] }>("GET", "/users?limit=500");
    const owner = body.items.find(({ role }) => role === "owner")?.id;

    const answer = await server.call("PATCH", `/users/${owner}`, { body: { role: "viewer" } });

    assert.equal(answer.body.error?.code, "CONFLICT");
  });

  it("shows when a person was last seen, from the first sign-in on", async () => {
    await accountOf("seen");

    const { body } = await server.call<{ items: { name: string; lastSeenAt: string | null }[] }>("GET", "/users");

    const person = body.items.find(({ name }) => name === "seen");
    assert.ok(Math.abs(Date.parse(person?.lastSeenAt ?? "") - nowMs) < 60_000, String(person?.lastSeenAt));
  });

  it("shows a key's value once, and takes it no more after its revocation", async () => {
    const made = await server.call<{ key: { id: string }; value: string }>("POST", "/keys", {
      body: { name: "ci", role: "viewer", scopes: ["read"] },
    });
    const list = await server.call("GET", "/keys");
    await server.call("DELETE", `/keys/${made.body.key.id}`);
    const after = await server.call("GET", "/projects", { key: made.body.value });

    assert.ok(!JSON.stringify(list.body).includes(made.body.value));
    assert.equal(after.status, 401);
  });

  it("sends pages and answers with a policy that lets nothing in from outside", async () => {
    const answer = await fetch(`${server.url}/api/v1/sign-in`);

    assert.match(answer.headers.get("content-security-policy") ?? "", /^default-src 'self';/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  });
});

describe("limits of signing in", () => {
  it("lets a name be tried a few times a minute, whatever the address", async () => {
    const server = await startTestServer({ TIDEWAITER_SIGN_INS_PER_MINUTE: "3" });
    const answers = [];
    for (let tries = 0; tries < 5; tries += 1) {
      answers.push(await server.call("POST", "/sign-in", { key: null, body: { name: "x", password: "y" } }));
    }
    await server.close();

    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 401, 429, 429],
    );
    assert.ok(Number(answers[4]?.headers.get("retry-after")) > 0);
  });
});

describe("limits of calls", () => {
  it("holds each key to its calls a minute, and tells when to come back", async () => {
    const server = await startTestServer({ TIDEWAITER_CALLS_PER_MINUTE: "10" });
    const body = { name: "ci", role: "viewer", scopes: ["read"] };
    const { value } = (await server.call<{ value: string }>("POST", "/keys", { body })).body;

    const answers: Awaited<ReturnType<TestServer["call"]>>[] = [];
    for (let count = 0; count < 12; count += 1) answers.push(await server.call("GET", "/projects", { key: value }));
    const other = await server.call("GET", "/projects");
    await server.close();

    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 0);
    assert.ok(answers.slice(0, 10).every(({ status }) => status === 200));
    assert.equal(refused[0]?.body.error?.code, "RATE_LIMITED");
    assert.ok(Number(refused[0]?.headers.get("retry-after")) > 0);
    assert.equal(other.status, 200);
  });
});
