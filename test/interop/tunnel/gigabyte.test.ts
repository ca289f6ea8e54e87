import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, before, describe, it } from "node:test";
import { type Pair, startPair } from "./pairs.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

const GIGABYTE = 1_000_000_000;
const MEMORY_LIMIT_MB = 256;
const CHUNK = Buffer.alloc(256 * 1024, "g");

describe("a gigabyte through two processes with 64 MB of heap each", { timeout: 240_000 }, () => {
  let upstream: Upstream;
  let pair: Pair;

  before(async () => {
    upstream = await startUpstream();
    const rules = {
      private: [{ method: "any", path: "/*", origin: upstream.url }],
      public: [{ method: "any", path: "/*" }],
    };
    pair = await startPair({
      server: "ours",
      client: "ours",
      agentUrl: upstream.url,
      apiUrl: upstream.url,
      rules,
      nodeArgs: ["--max-old-space-size=64"],
    });
  });
  after(async () => {
    await pair?.stop();
    await upstream?.close();
  });

  it("comes up as a response", async () => {
    let size = 0;
    const answer = await fetch(`${pair.brokerUrl}/chunked/${GIGABYTE}`);

    for await (const chunk of answer.body ?? []) size += (chunk as Uint8Array).length;

    assert.equal(size, GIGABYTE);
    assertMemory(pair);
  });

  it("goes down as a request", async () => {
    assert.equal(await send(`${pair.brokerUrl}/echo/down`), GIGABYTE);
    assertMemory(pair);
  });

  it("goes up as a callback", async () => {
    assert.equal(await send(`${pair.client.url}/v2/import/result`), GIGABYTE);
    assertMemory(pair);
  });
});

/** Posts a gigabyte; gives how much of it the upstream saw. */
async function send(url: string): Promise<number> {
  const posted = httpRequest(url, { method: "POST" });
  const answered = new Promise<{ size: number }>((resolve, reject) => {
    posted.once("error", reject);
    posted.once("response", (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      answer.once("end", () => resolve(JSON.parse(text)));
    });
  });
  await pipeline(gigabyte(), posted);
  return (await answered).size;
}

function gigabyte(): Readable {
  let left = GIGABYTE;
  return new Readable({
    read() {
      const part = CHUNK.subarray(0, Math.min(left, CHUNK.length));
      left -= part.length;
      this.push(part.length > 0 ? part : null);
    },
  });
}

function assertMemory({ client, server }: Pair): void {
  for (const { child } of [client, server]) {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    const peakMb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 976.5625;
    assert.ok(peakMb < MEMORY_LIMIT_MB, `${peakMb} MB at the peak`);
  }
}
