import assert from "node:assert/strict";
import { getDefaultResultOrder, setDefaultResultOrder } from "node:dns";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { silentLogger } from "@tidewaiter/runtime";
import { preferReachableFamily } from "./ipv6-check.ts";

describe("check of IPv6", () => {
  const usual = getDefaultResultOrder();
  beforeEach(() => setDefaultResultOrder("verbatim"));
  afterEach(() => setDefaultResultOrder(usual));

  /** The order of addresses after the check, and what it said. */
  async function check(url: string): Promise<[order: string, said: string[]]> {
    const said: string[] = [];
    await preferReachableFamily(new URL(url), { ...silentLogger, warn: (message) => void said.push(message) });
    return [getDefaultResultOrder(), said];
  }

  it("puts IPv4 addresses first, and says so, when nothing answers at the server's IPv6 address", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const address = closed.address();
    const port = typeof address === "object" ? address?.port : 0;

    const [order, said] = await check(`http://[::1]:${port}`);
    closed.close();

    assert.equal(order, "ipv4first");
    assert.deepEqual(said, ["the server cannot be reached over IPv6, trying IPv4 addresses first"]);
  });

  it("leaves the order alone when the address answers", async (t) => {
    const server = createServer().listen(0, "::1");
    const isUp = await once(server, "listening").catch(() => false);
    if (!isUp) return t.skip("no IPv6 on this host");
    const address = server.address();

    const outcome = await check(`http://[::1]:${typeof address === "object" ? address?.port : 0}`);
    server.close();

    assert.deepEqual(outcome, ["verbatim", []]);
  });

  it("leaves the order alone when the server has no IPv6 address", async () => {
    assert.deepEqual(await check("https://127.0.0.1:9"), ["verbatim", []]);
  });
});
