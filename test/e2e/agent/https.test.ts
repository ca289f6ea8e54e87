import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { missing } from "../../support/requirements.ts";
import { startAgentFixture } from "./agent-fixture.ts";

describe("the agent over HTTPS", { skip: missing("openssl"), timeout: 180_000 }, () => {
  it("answers with the certificate of HTTPS_CERT and HTTPS_KEY", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tidewaiter-https-"));
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", ...subject],
      { stdio: "pipe" },
    );
    const fixture = await startAgentFixture({ HTTPS_CERT: cert, HTTPS_KEY: key });

    const status = await new Promise<number | undefined>((resolve, reject) => {
      get(`${fixture.url}/healthcheck`, { ca: readFileSync(cert), agent: false }, (answer) => {
        answer.resume();
        answer.once("end", () => resolve(answer.statusCode));
      }).once("error", reject);
    });
    await fixture.close();
    rmSync(folder, { recursive: true, force: true });

    assert.match(fixture.url, /^https:/);
    assert.equal(status, 200);
  });
});
