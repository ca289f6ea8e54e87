import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { WebSocket } from "ws";
import { selfSigned } from "../../emulators/tls-files.ts";
import { withoutPostgres } from "../../support/postgres.ts";
import { missing } from "../../support/requirements.ts";
import type { ImportState } from "./chain.ts";
import { npmAdvisory, npmImage, writeAdvisories } from "./records.ts";
import { type ServerPair, startServerPair } from "./server-pair.ts";

describe("two servers behind certificates of a private authority", {
  skip: withoutPostgres() || missing("openssl"),
}, () => {
  const usual = getCACertificates("default");
  let pair: ServerPair;
  let folder: string;

  before(async () => {
    const tls = selfSigned();
    setDefaultCACertificates([...usual, tls.cert]);
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-pair-"));
    await writeAdvisories(folder, [npmAdvisory("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.1.0")]);
    pair = await startServerPair(folder, tls);
    pair.content.push("shop/api", "1", await npmImage({ "left-pad": "1.0.0" }));
    pair.balancer.pin(Number(new URL(pair.servers[0].url).port));
    await pair.startClient();
  });
  after(async () => {
    await pair?.close();
    await rm(folder, { recursive: true, force: true });
    setDefaultCACertificates(usual);
  });

  it("copy the advisories, and scan through a tunnel that the other one holds", async () => {
    const [, other] = pair.servers;
    await pair.until<{ state: string }>(other, "/advisories", ({ state }) => state === "fresh");

    const path = `/connections/${pair.connectionId}/imports`;
    const { id } = await pair.call<ImportState>(other, "POST", path, { images: ["shop/api:1"] });
    const done = await pair.until<ImportState>(other, `/imports/${id}`, ({ state }) => state === "done");

    const check = await pair.call<{ ok: boolean }>(other, "POST", `/connections/${pair.connectionId}/check`);
    assert.deepEqual([done.complete, done.failed, check.ok], [1, 0, true]);
  });

  it("hand on the polls and the upgrade of the vendor's client", async () => {
    const [home, other] = pair.servers;
    const path = `/primus/${pair.token}/?EIO=4`;
    const opened = await (await fetch(`${home.url}${path}&transport=polling`)).text();
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };

    const polled = await fetch(`${other.url}${path}&transport=polling&sid=${sid}`);
    const socket = new WebSocket(`${other.url.replace("http", "ws")}${path}&transport=websocket&sid=${sid}`);
    await once(socket, "open");
    socket.send("2probe");
    const [answer] = await once(socket, "message");
    socket.close();

    assert.match(await polled.text(), /identify/);
    assert.equal(String(answer), "3probe");
  });
});
