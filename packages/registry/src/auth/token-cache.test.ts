import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "@tidewaiter/runtime";
import { readTokenAnswer } from "./token-answer.ts";
import { createTokenCache } from "./token-cache.ts";

function startClock() {
  const clock = { time: 1_000_000, now: () => clock.time, sleep: async () => {} };
  return clock;
}

describe("createTokenCache", () => {
  it("asks once while a request runs, and a caller that leaves does not end it for the others", async () => {
    const cache = createTokenCache(startClock());
    const { promise, resolve } = Promise.withResolvers<{ token: Secret; lifetimeMs: number }>();
    const leaving = new AbortController();
    let asked = 0;
    const fetch = () => {
      asked += 1;
      return promise;
    };

    const left = cache.get("k", fetch, leaving.signal);
    const stayed = cache.get("k", fetch);
    leaving.abort(new DOMException("left", "AbortError"));
    resolve({ token: new Secret("t"), lifetimeMs: 60_000 });

    await assert.rejects(left, { name: "AbortError" });
    assert.deepEqual([(await stayed).reveal(), asked], ["t", 1]);
  });

  it("asks again before the token ends, and after a failure", async () => {
    const clock = startClock();
    const cache = createTokenCache(clock);
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      if (asked === 1) throw new Error("no");
      return { token: new Secret(`t${asked}`), lifetimeMs: 300_000 };
    };

    await assert.rejects(cache.get("k", fetch));
    await cache.get("k", fetch);
    clock.time += 239_000;
    const kept = await cache.get("k", fetch);
    clock.time += 2_000;
    const renewed = await cache.get("k", fetch);

    assert.deepEqual([kept.reveal(), renewed.reveal()], ["t2", "t3"]);
  });

  it("drops only the token that was refused", async () => {
    const cache = createTokenCache(startClock());
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      return { token: new Secret(`t${asked}`), lifetimeMs: 300_000 };
    };
    const first = await cache.get("k", fetch);

    cache.drop("k", first);
    await cache.get("k", fetch);
    cache.drop("k", first);

    assert.equal((await cache.get("k", fetch)).reveal(), "t2");
  });
});

describe("readTokenAnswer", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");

  it("takes either field, and 60 seconds where no lifetime is named", () => {
    assert.deepEqual(
      [
        readTokenAnswer({ token: "a" }, "h", now).token.reveal(),
        readTokenAnswer({ access_token: "b" }, "h", now).lifetimeMs,
      ],
      ["a", 60_000],
    );
    assert.equal(readTokenAnswer({ token: "a", expires_in: 5 }, "h", now).lifetimeMs, 60_000);
  });

  it("takes a JWT's own life as a hint, by the server's clock", () => {
    const payload = Buffer.from(JSON.stringify({ iat: 100, exp: 2_000 })).toString("base64url");

    assert.equal(readTokenAnswer({ token: `h.${payload}.s` }, "h", now).lifetimeMs, 1_900_000);
  });

  it("counts the age of an answer only when the clocks agree", () => {
    const life = (issued: string) =>
      readTokenAnswer({ token: "a", expires_in: 300, issued_at: issued }, "h", now).lifetimeMs;

    assert.deepEqual(
      [life("2025-12-31T23:59:00Z"), life("2025-12-31T20:00:00Z"), life("2026-01-01T09:00:00Z")],
      [240_000, 300_000, 300_000],
    );
  });

  it("says that there is no token", () => {
    for (const json of [{}, { token: "" }, null, "token", []])
      assert.throws(() => readTokenAnswer(json, "h"), { code: "REGISTRY_PROTOCOL" });
  });
});
