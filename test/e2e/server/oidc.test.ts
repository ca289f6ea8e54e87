import assert from "node:assert/strict";
import { createHash, createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { after, before, describe, it } from "node:test";
import { type Listener, listen } from "@tidewaiter/runtime";
import { startTestServer, type TestServer } from "../../../packages/server/src/test-support.ts";
import { freePorts } from "../../support/free-ports.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An OpenID provider that lets everybody in as `subject`; codes are good once and only with their verifier. */
async function startProvider(subject: () => string): Promise<Listener> {
  const codes = new Map<string, { challenge: string; clientId: string }>();
  let issuer = "";
  const token = (clientId: string): string => {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer,
      sub: subject(),
      aud: clientId,
      iat: now,
      exp: now + 60,
      preferred_username: subject(),
    };
    const text = `${base64({ alg: "RS256", kid: "1", typ: "JWT" })}.${base64(claims)}`;
    return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
  };
  const answer: RequestListener = async (req, res) => {
    const url = new URL(req.url ?? "/", issuer);
    const json = (body: unknown, status = 200): void =>
      void res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (url.pathname === "/.well-known/openid-configuration") {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ["RS256"],
      });
    }
    if (url.pathname === "/jwks")
      return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] });
    if (url.pathname === "/authorize") {
      const code = randomUUID();
      codes.set(code, {
        challenge: url.searchParams.get("code_challenge") ?? "",
        clientId: url.searchParams.get("client_id") ?? "",
      });
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.search = new URLSearchParams({ code, state: url.searchParams.get("state") ?? "" }).toString();
      return void res.writeHead(302, { location: back.href }).end();
    }
    const form = new URLSearchParams((await req.toArray()).join(""));
    const known = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!known || known.challenge !== challenge) return json({ error: "invalid_grant" }, 400);
    return json({ access_token: "a", token_type: "Bearer", expires_in: 60, id_token: token(known.clientId) });
  };
  const listener = await listen(answer, { port: 0, host: "127.0.0.1" });
  issuer = listener.url;
  return listener;
}

describe("signing in with an OpenID provider", () => {
  let provider: Listener;
  let server: TestServer;
  let subject = "ada";

  before(async () => {
    provider = await startProvider(() => subject);
    const [port] = await freePorts(1);
    server = await startTestServer({
      PORT: String(port),
      TIDEWAITER_PUBLIC_URL: `http://127.0.0.1:${port}`,
      TIDEWAITER_OIDC_ISSUER: provider.url,
      TIDEWAITER_OIDC_CLIENT_ID: "tidewaiter",
      TIDEWAITER_OIDC_CLIENT_SECRET: "secret",
      TIDEWAITER_OIDC_PLAIN_HTTP: "true",
      TIDEWAITER_OIDC_ROLE: "member",
    });
  });
  after(async () => {
    await server.close();
    await provider.close(0);
  });

  const cookiesOf = (headers: Headers): string =>
    headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");

  /** What a browser does: to the provider, and back with what it was told. */
  async function goRound(): Promise<{ back: string; cookie: string }> {
    const start = await server.call("GET", "/sign-in/oidc", { key: null });
    const away = await fetch(start.headers.get("location") ?? "", { redirect: "manual" });
    const { pathname, search } = new URL(away.headers.get("location") ?? "");
    return { back: `${pathname.replace("/api/v1", "")}${search}`, cookie: cookiesOf(start.headers) };
  }

  it("gives newcomers an account with the default role, and the same one when they come again", async () => {
    const ids = [];
    for (let round = 0; round < 2; round += 1) {
      const { back, cookie } = await goRound();
      const finish = await server.call("GET", back, { key: null, headers: { cookie } });
      const session = await server.call<{ id: string; name: string; role: string }>("GET", "/session", {
        key: null,
        headers: { cookie: cookiesOf(finish.headers) },
      });
      assert.deepEqual([finish.status, session.body.name, session.body.role], [303, "ada", "member"]);
      ids.push(session.body.id);
    }

    assert.equal(ids[0], ids[1]);
  });

  it("refuses an answer that was not asked for in this browser", async () => {
    const { back } = await goRound();

    const finish = await server.call("GET", back, { key: null });

    assert.equal(finish.body.error?.code, "UNAUTHENTICATED");
  });

  it("refuses a code that was used already", async () => {
    const { back, cookie } = await goRound();
    await server.call("GET", back, { key: null, headers: { cookie } });

    const again = await server.call("GET", back, { key: null, headers: { cookie } });

    assert.equal(again.body.error?.code, "UNAUTHENTICATED");
  });

  it("lets a disabled account in no more", async () => {
    subject = "eve";
    const first = await goRound();
    await server.call("GET", first.back, { key: null, headers: { cookie: first.cookie } });
    const { body } = await server.call<{ items: { id: string; name: string }[] }>("GET", "/users");
    const id = body.items.find(({ name }) => name === "eve")?.id;
    await server.call("PATCH", `/users/${id}`, { body: { isDisabled: true } });

    const { back, cookie } = await goRound();
    const finish = await server.call("GET", back, { key: null, headers: { cookie } });

    assert.equal(finish.body.error?.code, "FORBIDDEN");
  });
});
