import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pushEventSchema } from "@tidewaiter/contract";
import type { RequestHandler } from "express";
import { type Emulator, startEmulator } from "../../emulators/start-emulator.ts";
import { createTokenSigner } from "../../support/signed-token.ts";
import { type AgentFixture, debianImage, startAgentFixture } from "./agent-fixture.ts";
import type { ReceivedCallback } from "./callback-sink.ts";

const SECRET = "a-secret-of-the-hook-4711";
const isPush = ({ path }: ReceivedCallback): boolean => path === "/api/v2/import/push";
const newId = (): string => randomBytes(24).toString("base64url");

describe("push hooks", { timeout: 180_000 }, () => {
  const google = createTokenSigner();
  let googleKeys: Emulator;
  let fixture: AgentFixture;
  before(async () => {
    googleKeys = await startEmulator((_req, res) => void res.end(JSON.stringify(google.keySet)));
    fixture = await startAgentFixture({
      TIDEWAITER_AGENT_SECRET: "harbour-master-9000",
      TIDEWAITER_GOOGLE_KEYS_URL: googleKeys.url.href,
    });
  });
  after(async () => {
    await fixture.close();
    await googleKeys[Symbol.asyncDispose]();
  });

  it("turn a proven delivery into an event for the connection that registered the hook", async () => {
    const [client, id] = [await knownClient("proven"), newId()];
    const registered = await fixture.call(client, "PUT", `/hooks/${id}`, { type: "harbor-cr", secret: SECRET });

    const status = await deliver(String(registered.body.path), harborPush("team/app", "1.2"), {
      authorization: SECRET,
    });
    const event = pushEventSchema.parse((await client.sink.until(isPush)).body);

    assert.deepEqual([registered.status, registered.body.path, status], [200, `/webhooks/harbor-cr/${id}`, 202]);
    assert.deepEqual([event.hookId, event.repository, event.tag, event.isAuthentic], [id, "team/app", "1.2", true]);
  });

  it("turn what Google signed for the hook's audience into an event", async () => {
    const [client, id] = [await knownClient("google"), newId()];
    await fixture.call(client, "PUT", `/hooks/${id}`, { type: "google-artifact-cr", secret: SECRET });
    const expiry = Math.floor(Date.now() / 1_000) + 3_600;
    const claims = { iss: "https://accounts.google.com", aud: SECRET, exp: expiry, email_verified: true };
    const [signed, foreign] = [google.sign(claims), google.sign({ ...claims, aud: "another-hook" })];
    const path = `/webhooks/google-artifact-cr/${id}`;

    const statuses = [
      await deliver(path, googlePush("acme/app", "1.0"), { authorization: `Bearer ${foreign}` }),
      await deliver(path, googlePush("acme/app", "1.0"), { authorization: `Bearer ${signed}` }),
    ];
    const event = pushEventSchema.parse((await client.sink.until(isPush)).body);

    assert.deepEqual(statuses, [401, 202]);
    assert.deepEqual([event.repository, event.tag, event.isAuthentic], ["acme/app", "1.0", true]);
  });

  it("refuse a delivery without the proof, of another type, and to an unknown address", async () => {
    const [client, id] = [await knownClient("unproven"), newId()];
    await fixture.call(client, "PUT", `/hooks/${id}`, { type: "harbor-cr", secret: SECRET });
    const body = harborPush("team/app", "1.2");

    const statuses = [
      await deliver(`/webhooks/harbor-cr/${id}`, body, { authorization: "wrong" }),
      await deliver(`/webhooks/harbor-cr/${id}`, body),
      await deliver(`/webhooks/docker-hub/${id}`, body, { authorization: SECRET }),
      await deliver(`/webhooks/harbor-cr/${newId()}`, body, { authorization: SECRET }),
    ];

    assert.deepEqual(statuses, [401, 401, 404, 404]);
    assert.equal(client.sink.received.some(isPush), false);
  });

  it("take an unsigned delivery as a reason to look, with the connection's next credentials and one HEAD", async () => {
    const heads: string[] = [];
    const watch: RequestHandler = (req, _res, next) => {
      if (req.method === "HEAD") heads.push(req.path);
      next();
    };
    const [client, id] = [await knownClient("unsigned", [watch]), newId()];
    const image = await debianImage({ bash: "1" });
    client.registry.push("team/app", "1.2", image);
    await fixture.call(client, "PUT", `/hooks/${id}`, { type: "docker-hub" });
    const body = { push_data: { tag: "1.2" }, repository: { repo_name: "team/app", namespace: "team", name: "app" } };

    const statuses = [
      await deliver(`/webhooks/docker-hub/${id}`, body),
      await deliver(`/webhooks/docker-hub/${id}`, body),
    ];
    const before = heads.length;
    await untilLooked(client, () => client.sink.received.some(isPush));
    const event = pushEventSchema.parse((await client.sink.until(isPush)).body);

    assert.deepEqual([statuses, before, heads.length], [[202, 202], 0, 1]);
    assert.deepEqual([event.tag, event.digest], ["1.2", image.descriptor.digest]);
  });

  it("bound what strangers can cause", async () => {
    const [client, id] = [await knownClient("flood"), newId()];
    await fixture.call(client, "PUT", `/hooks/${id}`, { type: "docker-hub" });

    const statuses = [];
    for (let at = 0; at < 70; at += 1) {
      const body = {
        push_data: { tag: `t${at}` },
        repository: { repo_name: "team/app", namespace: "team", name: "app" },
      };
      statuses.push(await deliver(`/webhooks/docker-hub/${id}`, body));
    }

    assert.ok(statuses.includes(429));
    assert.equal(await deliver(`/webhooks/docker-hub/${id}`, { filler: "x".repeat(1_100_000) }), 413);
  });

  it("belong to their connection and keep their secret encrypted", async () => {
    const [owner, other, id] = [await knownClient("owner"), await knownClient("other"), newId()];
    await fixture.call(owner, "PUT", `/hooks/${id}`, { type: "github-cr", secret: SECRET });

    const taken = await fixture.call(other, "PUT", `/hooks/${id}`, { type: "github-cr", secret: "another-secret" });
    const removedByOther = await fixture.call(other, "DELETE", `/hooks/${id}`);
    const guessable = await fixture.call(owner, "PUT", "/hooks/short", { type: "github-cr" });
    const files = await Promise.all(
      (await readdir(fixture.folder)).map((name) => readFile(join(fixture.folder, name))),
    );
    const removed = await fixture.call(owner, "DELETE", `/hooks/${id}`);

    assert.deepEqual([taken.status, removedByOther.status, guessable.status, removed.status], [404, 404, 400, 200]);
    assert.ok(files.every((bytes) => !bytes.includes(SECRET)));
    assert.equal(await deliver(`/webhooks/github-cr/${id}`, {}), 404);
  });

  async function knownClient(name: string, before: readonly RequestHandler[] = []) {
    const client = await fixture.client(name, { before });
    return { ...client, headers: { ...client.headers, "x-tidewaiter-secret": "harbour-master-9000" } };
  }

  async function deliver(path: string, body: object, headers: Record<string, string> = {}): Promise<number> {
    const request = {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    };
    return (await fetch(`${fixture.url}${path}`, request)).status;
  }

  /** The look is bound in time, so that callers may have to call more than once. */
  async function untilLooked(client: Awaited<ReturnType<typeof knownClient>>, isSeen: () => boolean): Promise<void> {
    while (!isSeen()) {
      await fixture.call(client, "GET", "/list");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
});

function googlePush(repository: string, tag: string): object {
  const image = `h.pkg.dev/${repository}`;
  const data = { action: "INSERT", digest: `${image}@sha256:${"a".repeat(64)}`, tag: `${image}:${tag}` };
  return { message: { data: Buffer.from(JSON.stringify(data)).toString("base64") } };
}

function harborPush(repository: string, tag: string): object {
  const [namespace, name] = repository.split("/");
  return {
    type: "PUSH_ARTIFACT",
    occur_at: 1_700_000_000,
    operator: "admin",
    event_data: {
      resources: [{ digest: `sha256:${"a".repeat(64)}`, tag, resource_url: `harbor.example/${repository}:${tag}` }],
      repository: { name, namespace, repo_full_name: repository, repo_type: "private" },
    },
  };
}
