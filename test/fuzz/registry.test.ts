import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDigest, isRepository, isTag, parseManifest, parseReference } from "@tidewaiter/oci";
import { BrokerError, Secret, systemClock } from "@tidewaiter/runtime";
import fc from "fast-check";
import { parseChallenges } from "../../packages/registry/src/auth/challenge.ts";
import { parseBase } from "../../packages/registry/src/base-url.ts";
import { nextLink, parseLinks } from "../../packages/registry/src/http/link-header.ts";
import { isSignedByGoogle } from "../../packages/registry/src/push/google-proof.ts";
import { readPush } from "../../packages/registry/src/push/read-push.ts";

const RUNS = { numRuns: 500 };
/** Text that often looks like what is parsed. */
const near = (...parts: readonly string[]) =>
  fc
    .array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 6 })), { maxLength: 12 })
    .map((list) => list.join(""));

function valueOrBrokerError<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof BrokerError, String(error));
    return undefined;
  }
}

describe("registry parsers on any input", () => {
  it("read challenges back that were written by the grammar", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
    const value = fc.string({ maxLength: 20 }).filter((text) => !/[\r\n]/.test(text));
    const challenge = fc.tuple(
      name,
      fc.uniqueArray(fc.tuple(name, value), { minLength: 1, maxLength: 4, selector: ([key]) => key }),
    );
    const quote = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`;
    fc.assert(
      fc.property(fc.array(challenge, { minLength: 1, maxLength: 3 }), (list) => {
        const line = list
          .map(([scheme, params]) => `${scheme} ${params.map(([key, text]) => `${key}=${quote(text)}`).join(", ")}`)
          .join(", ");

        const read = parseChallenges([line]).map(({ scheme, params }) => [scheme, Object.entries(params).sort()]);

        assert.deepEqual(
          read,
          list.map(([scheme, params]) => [scheme, [...params].sort()]),
        );
      }),
      RUNS,
    );
  });

  it("give challenges for any header lines", () => {
    fc.assert(
      fc.property(
        fc.array(near("Bearer ", "realm=", '"', ",", "\\", "Basic", "=="), { maxLength: 3 }),
        (lines) => void parseChallenges(lines),
      ),
      RUNS,
    );
  });

  it("give links for any header lines, and find the next one that was written", () => {
    fc.assert(
      fc.property(near("<", ">", "; rel=", '"next"', ",", "/v2?n=1"), (line) => void parseLinks([line])),
      RUNS,
    );
    const target = fc.webUrl({ withQueryParameters: true }).filter((url) => !url.includes(">"));
    fc.assert(
      fc.property(target, target, (other, next) =>
        assert.equal(nextLink([`<${other}>; rel="last", <${next}>; rel="next"`]), next),
      ),
      RUNS,
    );
  });

  it("give a reference that keeps the grammar, or say what breaks it", () => {
    const text = near("registry.example.com:5000/", "team/", "app", ":", "@sha256:", "a".repeat(64), "..", "A", "%2f");
    fc.assert(
      fc.property(text, (input) => {
        const reference = valueOrBrokerError(() => parseReference(input));
        if (!reference) return;
        assert.ok(isRepository(reference.repository));
        assert.ok(reference.tag === undefined || isTag(reference.tag));
        assert.ok(reference.digest === undefined || isDigest(reference.digest));
      }),
      RUNS,
    );
  });

  it("give a root below the host that was named, or say what breaks it", () => {
    const text = near(
      "https://",
      "http://",
      "r.example.com",
      ":5000",
      "/",
      "v2",
      "..",
      "@",
      "?",
      "#",
      "%2e",
      "[::1]",
      "\\",
    );
    fc.assert(
      fc.property(text, fc.boolean(), (input, isPlainHttp) => {
        const base = valueOrBrokerError(() =>
          parseBase(input, { isPlainHttp, isPrefix: (path) => path.includes("repository/") }),
        );
        if (!base) return;
        assert.match(base.root.pathname, /\/v2\/$/);
        assert.equal(base.root.username + base.root.search + base.root.hash, "");
        assert.ok(isPlainHttp || base.root.protocol === "https:");
      }),
      RUNS,
    );
  });

  it("give a manifest for any bytes, or say what they are instead", () => {
    const json = fc.oneof(
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(json, (bytes) => void valueOrBrokerError(() => parseManifest(bytes))),
      RUNS,
    );
  });

  it("take no header for a proof that Google did not sign", async () => {
    const encode = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
    const claims = encode({ iss: "https://accounts.google.com", aud: "agreed", exp: 1e12, email_verified: true });
    const header = near(
      "Bearer ",
      encode({ alg: "RS256", kid: "1" }),
      encode({ alg: "none", kid: "1" }),
      ".",
      claims,
      "agreed",
    );
    const delivery = { type: "gcr" as const, body: Buffer.from("{}"), headers: {} };
    const keys = { find: async () => undefined };
    await fc.assert(
      fc.asyncProperty(header, async (authorization) => {
        const given = { ...delivery, headers: { authorization } };
        assert.equal(await isSignedByGoogle(given, new Secret("agreed"), keys, systemClock), false);
      }),
      RUNS,
    );
  });

  it("give push events for any body, or say that it is none", () => {
    const types = fc.constantFrom(
      "oci",
      "acr",
      "harbor-cr",
      "ecr",
      "gcr",
      "github-cr",
      "nexus-cr",
      "quay-cr",
      "docker-hub",
      "artifactory-cr",
    );
    fc.assert(
      fc.property(
        types,
        fc.json(),
        (type, text) =>
          void valueOrBrokerError(() => readPush({ type: type as "oci", headers: {}, body: Buffer.from(text) })),
      ),
      RUNS,
    );
  });
});
