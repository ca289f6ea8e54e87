import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toConnection } from "@tidewaiter/contract";
import { createRegistry } from "@tidewaiter/registry";
import { type Oci, type OciOptions, startOci } from "../emulators/oci.ts";
import { startEmulator } from "../emulators/start-emulator.ts";
import { distributionChallenge } from "../emulators/token-service.ts";
import { describeRegistryAdapter } from "./registry-adapter.ts";
import { connectTo, hasCode } from "./registry-subject.ts";

describeRegistryAdapter("oci with tokens", startOci);

describe("registry authority", () => {
  const headWith = async (options: OciOptions): Promise<Oci> => {
    const oci = await startOci(options);
    const registry = connectTo(oci.blob);
    try {
      await registry.headManifest(oci.sample.app, "1.0");
      return oci;
    } finally {
      await registry.close();
      await oci[Symbol.asyncDispose]();
    }
  };

  it("reads challenges in any order and case, beside others, and with a relative realm", async () => {
    const forms: NonNullable<OciOptions["tokens"]>["challenge"][] = [
      (realm, service, scope) => `bearer service="${service}", scope="${scope ?? ""}" ,realm="${realm}"`,
      (realm, service, scope) => `${distributionChallenge(realm, service, scope, undefined)},Basic realm="x"`,
      (realm, service, scope) =>
        `Basic realm="https://not.here/", ${distributionChallenge(realm, service, scope, undefined)}`,
      (_realm, service, scope) => distributionChallenge("/token?kept=1", service, scope, undefined),
    ];
    for (const challenge of forms) {
      const oci = await headWith({ tokens: { challenge } });
      assert.equal(oci.tokenCount(), 1);
    }
  });

  it("trades an identity token for access tokens, by POST", async () => {
    const oci = await startOci({ tokens: { identityTokens: { "identity-1": "ann" } } });
    const registry = connectTo({ ...oci.blob, username: "<token>", password: "identity-1" });

    await registry.headManifest(oci.sample.app, "1.0");

    assert.deepEqual([oci.tokenCount(), oci.registry.seen(/^POST \/token$/).length], [1, 1]);
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("gives name and password by POST where the token server knows no GET", async () => {
    const oci = await headWith({ tokens: { isPostOnly: true } });

    assert.deepEqual([oci.tokenCount(), oci.registry.seen(/^POST \/token$/).length], [1, 1]);
  });

  it("uses the refresh token that came with a first token for the next ones", async () => {
    const answer = (token: string) => ({ token, expires_in: 300, refresh_token: "identity-1" });
    const oci = await startOci({ tokens: { answer, identityTokens: { "identity-1": "ann" } } });
    const registry = connectTo(oci.blob);

    await registry.headManifest(oci.sample.app, "1.0");
    await registry.headManifest(oci.sample.manyTags, "v1");

    const asked = (pattern: RegExp): number => oci.registry.seen(pattern).length;
    assert.deepEqual([asked(/^GET \/token/), asked(/^POST \/token/)], [1, 1]);
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("gets tokens as a stranger where it has no account", async () => {
    const oci = await startOci({ tokens: { allowsAnonymous: true } });
    const registry = connectTo({ ...oci.blob, username: undefined, password: undefined });

    await registry.resolve(oci.sample.app, "1.0", {});

    assert.deepEqual(
      oci.registry.seen(/\/token\?/).map(({ headers }) => headers.authorization),
      [undefined],
    );
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("reads no token of unreasonable size", async () => {
    const answer = () => ({ token: "t".repeat(70_000) });
    const oci = await startOci({ tokens: { answer } });
    const registry = connectTo(oci.blob);

    await assert.rejects(registry.headManifest(oci.sample.app, "1.0"), hasCode("LIMIT_EXCEEDED"));

    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("encodes what it repeats to the token server", async () => {
    const scope = "repository:acme/tools/app:pull&x=1";
    const oci = await headWith({
      tokens: {
        service: 'a "b" & c, d=e',
        challenge: (realm, _service, asked) =>
          distributionChallenge(realm, 'a \\"b\\" & c, d=e', asked && scope, undefined),
        scopeOf: (path) => (path.includes("manifests") ? scope : undefined),
      },
    });

    const [call] = oci.registry.seen(/\/token\?/);
    const query = new URL(call?.url ?? "", "http://x").searchParams;
    assert.deepEqual([query.get("service"), query.get("scope")], ['a "b" & c, d=e', scope]);
  });

  it("sends its credentials to no stranger that a challenge names", async () => {
    const seen: string[] = [];
    await using thief = await startEmulator((req, res) => {
      seen.push(req.url ?? "");
      res.end("{}");
    });
    const realm = `http://localhost.evil.example:${thief.url.port}/token`;
    const oci = await startOci({ tokens: { realm } });
    const registry = connectTo(oci.blob);

    await assert.rejects(registry.headManifest(oci.sample.app, "1.0"), hasCode("REGISTRY_POLICY"));

    assert.deepEqual(seen, []);
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("asks once when many calls need the same token", async () => {
    const oci = await startOci();
    const registry = connectTo(oci.blob);
    await registry.headManifest(oci.sample.app, "1.0");
    oci.tokens?.revokeAll();

    await Promise.all(Array.from({ length: 20 }, () => registry.headManifest(oci.sample.app, "docker")));

    assert.equal(oci.tokenCount(), 2);
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("believes no clock but its own", async () => {
    for (const issuedAt of ["1999-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "yesterday"]) {
      const answer = (token: string) => ({ token, expires_in: 300, issued_at: issuedAt });
      const oci = await startOci({ tokens: { answer } });
      const registry = connectTo(oci.blob);

      await registry.headManifest(oci.sample.app, "1.0");
      await registry.headManifest(oci.sample.app, "1.0");

      assert.equal(oci.tokenCount(), 1);
      await registry.close();
      await oci[Symbol.asyncDispose]();
    }
  });

  it("does not wait for a slow token server for ever", async () => {
    const oci = await startOci({ before: [(req, _res, next) => void (req.path === "/token" ? undefined : next())] });
    const limits = { tokenTimeoutMs: 100, retry: { attempts: 1, baseMs: 1, capMs: 1 } };
    const registry = createRegistry(toConnection(oci.blob as Parameters<typeof toConnection>[0]), { limits });

    await assert.rejects(registry.headManifest(oci.sample.app, "1.0"), hasCode("TIMEOUT"));

    await registry.close();
    await oci[Symbol.asyncDispose]();
  });

  it("takes fewer rights than it asked for as a refusal, not as a reason to ask for ever", async () => {
    const oci = await startOci({ tokens: { grant: () => [] } });
    const registry = connectTo(oci.blob);

    await assert.rejects(
      registry.headManifest(oci.sample.app, "1.0"),
      hasCode("REGISTRY_UNAUTHORIZED", "REGISTRY_FORBIDDEN"),
    );

    assert.equal(oci.tokenCount(), 1);
    await registry.close();
    await oci[Symbol.asyncDispose]();
  });
});
