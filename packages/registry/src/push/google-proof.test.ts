import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Secret } from "@tidewaiter/runtime";
import { type Emulator, startEmulator } from "../../../../test/emulators/start-emulator.ts";
import { createTokenSigner } from "../../../../test/support/signed-token.ts";
import { createPushReader, type PushReader } from "./read-push.ts";

const google = createTokenSigner();
const stranger = createTokenSigner();
const secret = new Secret("audience-of-the-hook");
const now = 1_800_000_000;
const CLAIMS = {
  iss: "https://accounts.google.com",
  aud: secret.reveal(),
  exp: now + 3_600,
  iat: now,
  email: "pusher@acme.iam.gserviceaccount.com",
  email_verified: true,
};
const data = { action: "INSERT", digest: `h.pkg.dev/acme/app@sha256:${"a".repeat(64)}`, tag: "h.pkg.dev/acme/app:1.0" };
const body = Buffer.from(JSON.stringify({ message: { data: Buffer.from(JSON.stringify(data)).toString("base64") } }));

describe("push events of Google", () => {
  let keys: Emulator;
  let reader: PushReader;
  before(async () => {
    keys = await startEmulator((_req, res) => void res.end(JSON.stringify(google.keySet)));
    const clock = { now: () => now * 1000, sleep: async () => {} };
    reader = createPushReader({ googleKeysUrl: keys.url.href, clock });
  });
  after(async () => {
    await reader.close();
    await keys[Symbol.asyncDispose]();
  });
  const read = (token: string, agreed: Secret | undefined = secret) =>
    reader.read({ type: "gcr", headers: { authorization: `Bearer ${token}` }, body, secret: agreed });

  it("are proven by a token that Google signed for the hook, with keys that are fetched once", async () => {
    const [first] = await read(google.sign(CLAIMS));
    const [again] = await read(google.sign(CLAIMS));

    assert.deepEqual([first?.repository, first?.tag, first?.isAuthentic], ["acme/app", "1.0", true]);
    assert.deepEqual([again?.isAuthentic, keys.calls.length], [true, 1]);
  });

  it("are refused with a token of another hook, issuer, time, key or form", async () => {
    const tokens = [
      google.sign({ ...CLAIMS, aud: "another-hook" }),
      google.sign({ ...CLAIMS, iss: "https://accounts.example.com" }),
      google.sign({ ...CLAIMS, exp: now - 3_600 }),
      google.sign({ ...CLAIMS, email_verified: false }),
      stranger.sign(CLAIMS),
      google.sign(CLAIMS, { alg: "RS256", kid: "2" }),
      google.sign(CLAIMS, { alg: "none", kid: "1" }),
      `${google.sign(CLAIMS)}x`.replace(/\.[^.]+$/, "."),
      "not-a-token",
    ];

    for (const token of tokens) await assert.rejects(read(token), { code: "UNAUTHENTICATED" }, token);
  });

  it("are hints to look where no secret was agreed on", async () => {
    const [event] = await reader.read({ type: "gcr", headers: {}, body });

    assert.equal(event?.isAuthentic, false);
  });
});
