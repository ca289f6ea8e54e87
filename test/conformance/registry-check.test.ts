import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CheckReport, type CredentialBlob, toConnection } from "@tidewaiter/contract";
import { checkRegistry } from "@tidewaiter/registry";
import { registryApp } from "@tidewaiter/sample-registry";
import { startEcr } from "../emulators/ecr.ts";
import { startGitLab } from "../emulators/gitlab.ts";
import { startNexus } from "../emulators/nexus.ts";
import { startOci } from "../emulators/oci.ts";
import { startEmulator, takeSeat } from "../emulators/start-emulator.ts";
import { selfSigned } from "../emulators/tls-files.ts";
import { missing } from "../support/requirements.ts";
import { buildSampleContent } from "./registry-content.ts";

const check = (blob: CredentialBlob, options: Parameters<typeof checkRegistry>[1] = {}): Promise<CheckReport> =>
  checkRegistry(toConnection(blob as Parameters<typeof toConnection>[0]), options);
const stepOf = ({ steps }: CheckReport, name: string) => steps.find(({ step }) => step === name);

describe("the check engine on what users trip over", () => {
  it("tells a user interface's port from the registry's", async () => {
    await using nexus = await startNexus();

    const report = await check({ ...nexus.blob, registryBase: nexus.userInterface.host });

    const auth = stepOf(report, "auth");
    assert.deepEqual([auth?.verdict, auth?.code], ["fail", "REGISTRY_PROTOCOL"]);
    assert.match(auth?.action ?? "", /connector's port or \/repository\//);
  });

  it("says that a realm is missing from the challenge", async () => {
    await using oci = await startOci({ tokens: { challenge: () => 'Bearer service="x"' } });

    const report = await check(oci.blob);

    assert.match(stepOf(report, "auth")?.likely ?? "", /realm is not configured/);
  });

  it("gives the trust policy to paste when a role cannot be assumed, without the external id", async () => {
    await using ecr = await startEcr({ externalId: "right-external-id" });
    Object.assign(process.env, ecr.env);
    const blob = {
      ...ecr.blob,
      registryBase: ecr.registry.host,
      extra: { ...ecr.blob.extra, externalId: "wrong-external-id" },
    };

    const report = await check(blob);

    const auth = stepOf(report, "auth");
    assert.equal(auth?.code, "REGISTRY_FORBIDDEN");
    assert.match(
      auth?.action ?? "",
      /"Principal":\{"AWS":"arn:aws:iam::999999999999:user\/agent"\}.*sts:AssumeRole.*sts:ExternalId/,
    );
    assert.ok(!JSON.stringify(report).includes("wrong-external-id"));
  });

  it("parts signing in from listing, and still pulls an image that is named", async () => {
    await using gitlab = await startGitLab({ isDeployToken: true });

    const report = await check(gitlab.blob, { image: { repository: gitlab.sample.app, reference: "1.0" } });

    assert.deepEqual(
      [stepOf(report, "auth")?.verdict, stepOf(report, "list")?.verdict, stepOf(report, "pull")?.verdict],
      ["pass", "warn", "pass"],
    );
    assert.deepEqual([stepOf(report, "list")?.code, report.ok], ["CATALOG_UNSUPPORTED", true]);
    assert.match(stepOf(report, "list")?.message ?? "", /read_api/);
  });

  it("says that the proxy wants a password", async () => {
    await using proxy = await startEmulator((_req, res) => void res.writeHead(407).end());
    const outbound = { httpProxy: proxy.url.href };

    const report = await check(
      { type: "oci", registryBase: "registry.example.com", extra: { plainHttp: true } },
      { outbound },
    );

    assert.deepEqual(
      [stepOf(report, "dns")?.verdict, stepOf(report, "auth")?.code],
      ["skipped", "REGISTRY_UNREACHABLE"],
    );
  });

  it("fails at the first step when the address cannot be right", async () => {
    const report = await check({ type: "oci", registryBase: "http://user:secret-word@host/" });

    assert.deepEqual([report.ok, report.steps[0]?.code], [false, "INPUT_INVALID"]);
  });
});

describe("the check engine over TLS", { skip: missing("openssl") }, () => {
  it("names the issuer of a certificate that nobody knows, and takes it with its authority", async () => {
    const { key, cert } = selfSigned({ days: 5 });
    const { content } = await buildSampleContent({ namespace: "acme", repositoryCount: 1, tagCount: 1 });
    await using seat = await takeSeat({ tls: { key, cert } });
    seat.serve(registryApp({ content }));
    const blob = { type: "oci" as const, registryBase: seat.host };

    const unknown = await check(blob);
    const known = await check({ ...blob, extra: { ca: cert.replaceAll("\n", "\\n") } });
    const unverified = await check({ ...blob, extra: { skipTlsVerify: true } });

    assert.deepEqual([stepOf(unknown, "tls")?.code, stepOf(unknown, "auth")?.verdict], ["REGISTRY_TLS", "skipped"]);
    assert.match(stepOf(unknown, "tls")?.message ?? "", /issued by a private authority/);
    assert.deepEqual([known.ok, stepOf(known, "tls")?.verdict, stepOf(known, "pull")?.verdict], [true, "warn", "pass"]);
    assert.match(stepOf(known, "tls")?.message ?? "", /ends in \d days/);
    assert.deepEqual([unverified.ok, unverified.warnings.length], [true, 1]);
  });
});
