import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { selfSigned } from "../../emulators/tls-files.ts";
import { freePorts } from "../../support/free-ports.ts";
import { startNginx } from "../../support/nginx.ts";
import { withoutPostgres } from "../../support/postgres.ts";
import { missing } from "../../support/requirements.ts";
import type { ImportState } from "./chain.ts";
import { npmAdvisory, npmImage, writeAdvisories } from "./records.ts";
import { type ServerPair, startServerPair } from "./server-pair.ts";

const GUIDE = new URL("../../../docs/operate.md", import.meta.url);
const LARGE = 3 * 1024 * 1024;

describe("two servers behind nginx as the guide sets it up", {
  skip: withoutPostgres() || missing("openssl", "nginx"),
}, () => {
  const usual = getCACertificates("default");
  const tls = selfSigned();
  const folder = mkdtempSync(join(tmpdir(), "tidewaiter-nginx-"));
  let pair: ServerPair;
  let nginx: { stop(): Promise<void> };
  let url: string;

  before(async () => {
    setDefaultCACertificates([...usual, tls.cert]);
    await writeAdvisories(folder, [npmAdvisory("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.1.0")]);
    pair = await startServerPair(folder);
    pair.content.push("shop/api", "1", await npmImage({ "left-pad": "1.0.0" }));
    const [port = 0] = await freePorts(1);
    url = `https://127.0.0.1:${port}`;
    nginx = await startNginx(guideFor(port, pair), port);
    await pair.startClient({ url, cert: tls.cert });
  });
  after(async () => {
    await pair?.close();
    await nginx?.stop();
    rmSync(folder, { recursive: true, force: true });
    setDefaultCACertificates(usual);
  });

  it("scan through the tunnel that nginx passes on", async () => {
    const [, other] = pair.servers;
    await pair.until<{ state: string }>(other, "/advisories", ({ state }) => state === "fresh");

    const path = `/connections/${pair.connectionId}/imports`;
    const { id } = await pair.call<ImportState>(other, "POST", path, { images: ["shop/api:1"] });
    const done = await pair.until<ImportState>(other, `/imports/${id}`, ({ state }) => state === "done");

    assert.deepEqual([done.complete, done.failed], [1, 0]);
  });

  it("take bodies that are larger than what nginx allows by itself", async () => {
    const body = Buffer.alloc(LARGE, "x");

    const answer = await fetch(`${url}/broker/${pair.token}/denied`, { method: "POST", body });

    assert.match(await answer.text(), /blocked/i);
    assert.equal(answer.status, 401);
  });

  it("keep what servers say to each other inside", async () => {
    assert.equal((await fetch(`${url}/replica/advisories`)).status, 404);
  });

  /** The guide's example with this test's addresses and files. */
  function guideFor(port: number, { servers }: ServerPair): string {
    const example = /```nginx\n([\s\S]*?)```/.exec(readFileSync(GUIDE, "utf8"))?.[1] ?? "";
    for (const name of ["key", "cert"] as const) writeFileSync(join(folder, `${name}.pem`), tls[name]);
    const [one, two] = servers.map((server) => new URL(server.url).host);
    return [
      ["server-1:7300", one],
      ["server-2:7300", two],
      ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
      ["/tls/tls.crt", join(folder, "cert.pem")],
      ["/tls/tls.key", join(folder, "key.pem")],
    ].reduce((text, [from = "", to = ""]) => {
      assert.ok(text.includes(from), `the example holds ${from}`);
      return text.replace(from, to);
    }, example);
  }
});
