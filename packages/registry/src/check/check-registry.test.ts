import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CheckReport, checkReportSchema, toConnection } from "@tidewaiter/contract";
import { buildImage, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";
import { startEmulator } from "../../../../test/emulators/start-emulator.ts";
import { checkRegistry } from "./check-registry.ts";

const image = buildImage([await buildLayer({ a: "a" })]);
const content = createContent();
content.push("team/app", "1.0", image);

const connection = (host: string, more: object = {}) =>
  toConnection({ type: "oci", registryBase: host, extra: { plainHttp: true }, ...more });
const verdicts = ({ steps }: CheckReport) => steps.map(({ step, verdict }) => `${step} ${verdict}`);

describe("checkRegistry", () => {
  it("walks from the name to a manifest, in the form of the contract", async () => {
    await using server = await startEmulator(registryApp({ content }));

    const report = await checkRegistry(connection(server.host));

    assert.deepEqual(verdicts(report), ["dns pass", "tcp pass", "tls skipped", "auth pass", "list pass", "pull pass"]);
    assert.ok(checkReportSchema.safeParse(report).success);
    assert.match(report.steps.at(-1)?.fact ?? "", new RegExp(image.descriptor.digest));
  });

  it("names a wrong password at the step of signing in, and does not repeat it", async () => {
    await using server = await startEmulator(registryApp({ content, accounts: { ann: "right" } }));

    const report = await checkRegistry(connection(server.host, { username: "ann", password: "wrong-word" }));

    assert.deepEqual(verdicts(report).slice(3), ["auth fail", "list skipped", "pull skipped"]);
    assert.equal(report.steps[3]?.code, "REGISTRY_UNAUTHORIZED");
    assert.ok(!JSON.stringify(report).includes("wrong-word"));
  });

  it("says that the port speaks plain HTTP when TLS was expected", async () => {
    await using server = await startEmulator(registryApp({ content }));

    const report = await checkRegistry(toConnection({ type: "oci", registryBase: server.host }));

    assert.deepEqual(verdicts(report).slice(0, 4), ["dns pass", "tcp pass", "tls fail", "auth skipped"]);
    assert.equal(report.steps[2]?.code, "REGISTRY_PLAIN_HTTP");
  });

  it("tells a web page from a registry", async () => {
    await using server = await startEmulator((_req, res) => {
      res.setHeader("content-type", "text/html").end("<html>UI</html>");
    });

    const report = await checkRegistry(connection(server.host));

    assert.equal(report.steps[3]?.code, "REGISTRY_PROTOCOL");
    assert.match(report.steps[3]?.action ?? "", /port/);
  });

  it("reports nothing listening at the step of connecting", async () => {
    const server = await startEmulator(registryApp({ content }));
    await server[Symbol.asyncDispose]();

    const report = await checkRegistry(connection(server.host));

    assert.deepEqual(verdicts(report).slice(0, 2), ["dns pass", "tcp fail"]);
    assert.equal(report.steps[1]?.code, "REGISTRY_UNREACHABLE");
  });
});
