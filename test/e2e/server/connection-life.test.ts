import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "@tidewaiter/runtime";
import { type Chain, type ImportState, startChain } from "./chain.ts";
import { PASSWORD } from "./launch.ts";
import { npmAdvisory, npmImage, writeAdvisories } from "./records.ts";

interface Page<T> {
  readonly items: T[];
}
interface Token {
  readonly id: string;
  readonly expiresAt: string | null;
}

describe("a connection over its life", () => {
  let chain: Chain;
  let folder: string;
  const later = { ms: 0 };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-life-"));
    await writeAdvisories(folder, [npmAdvisory("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.1.0")]);
    const clock = { ...systemClock, now: () => Date.now() + later.ms };
    chain = await startChain({ advisoryFolder: folder, clock });
    chain.content.push("shop/api", "1.0", await npmImage({ "left-pad": "1.0.0" }));
    await chain.startClient();
  });
  beforeEach(() => {
    later.ms = 0;
  });
  after(async () => {
    await chain.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("looks for moved tags as often as it is told, and scans only those", async () => {
    await chain.importAll(["shop/api:1.0"]);
    chain.content.push("shop/api", "1.0", await npmImage({ "left-pad": "1.1.0" }));

    await chain.call("PATCH", `/connections/${chain.connectionId}`, { pollSeconds: 60 });
    later.ms = 61_000;

    type Scan = { trigger: string; state: string };
    const isPolled = ({ items }: Page<Scan>) => items[0]?.trigger === "poll" && items[0].state === "Complete";
    const scans = await chain.until<Page<Scan>>("/scans", isPolled);
    assert.equal(scans.items.length, 2);
    await chain.call("PATCH", `/connections/${chain.connectionId}`, { pollSeconds: null });
  });

  it("stops all of its scans at once", async () => {
    await chain.stopClient();
    const images = ["shop/api:a", "shop/api:b", "shop/api:c"];
    const { id } = await chain.call<ImportState>("POST", `/connections/${chain.connectionId}/imports`, { images });

    const answer = await chain.call<{ stopped: number }>("POST", `/connections/${chain.connectionId}/scans/stop`);

    const log = await chain.call<Page<{ state: string }>>("GET", `/imports/${id}/log`);
    assert.equal(answer.stopped, 3);
    assert.deepEqual(new Set(log.items.map(({ state }) => state)), new Set(["Stopped"]));
    await chain.startClient();
  });

  it("takes the old token beside a new one for the overlap, and then cuts off who still uses it", async () => {
    const path = `/connections/${chain.connectionId}`;
    const { token, tokenId } = await chain.call<{ token: string; tokenId: string }>("POST", `${path}/tokens`, {
      overlapHours: 1,
    });
    const during = await chain.call<Page<Token>>("GET", `${path}/tokens`);
    await chain.stopClient();
    await chain.startClient(PASSWORD);
    later.ms = 3_601_000;
    await chain.until<{ state: string }>(path, ({ state }) => state === "down");
    await chain.stopClient();
    await chain.startClient(PASSWORD, token);
    const after = await chain.call<Page<Token>>("GET", `${path}/tokens`);

    assert.deepEqual(
      during.items.map(({ id, expiresAt }) => [id === tokenId, expiresAt === null]),
      [
        [true, true],
        [false, false],
      ],
    );
    assert.deepEqual(
      after.items.map(({ id }) => id),
      [tokenId],
    );
  });

  it("cuts a client off whose token is revoked, and lets it in no more", async () => {
    const path = `/connections/${chain.connectionId}`;
    const tokens = await chain.call<Page<Token>>("GET", `${path}/tokens`);

    for (const { id } of tokens.items) await chain.call("DELETE", `${path}/tokens/${id}`);

    await chain.until<{ state: string }>(path, ({ state }) => state === "down");
    // The client redials by itself; a second look after its first tries shows that none of them was let in.
    await delay(1_500);
    assert.equal((await chain.call<{ state: string }>("GET", path)).state, "down");
    assert.deepEqual((await chain.call<Page<Token>>("GET", `${path}/tokens`)).items, []);
  });
});
