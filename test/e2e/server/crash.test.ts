import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Chain, type ImportState, startChain } from "./chain.ts";
import { npmAdvisory, npmImage, writeAdvisories } from "./records.ts";

const IMAGES = 12;
/** When the server is killed after the import was accepted, ms. */
const KILLS_AT = [0, 60, 150, 400];

describe("a server that is killed", () => {
  let chain: Chain;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidewaiter-crash-"));
    await writeAdvisories(folder, [npmAdvisory("GHSA-aaaa-aaaa-aaaa", "left-pad", "1.1.0")]);
    chain = await startChain({
      advisoryFolder: folder,
      isServerApart: true,
      serverEnv: { TIDEWAITER_SCAN_LEASE_MS: "3000" },
    });
    for (let round = 0; round < KILLS_AT.length; round += 1) {
      for (let number = 0; number < IMAGES; number += 1) {
        chain.content.push(
          `round-${round}/app`,
          String(number),
          await npmImage({ "left-pad": `1.0.${round}${number}` }),
        );
      }
    }
    await chain.startClient();
  });
  after(async () => {
    await chain.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [round, ms] of KILLS_AT.entries()) {
    it(`ends every accepted scan exactly once when it dies ${ms} ms after an import`, async () => {
      const images = Array.from({ length: IMAGES }, (_, number) => `round-${round}/app:${number}`);
      const { id } = await chain.call<ImportState>("POST", `/connections/${chain.connectionId}/imports`, { images });

      await delay(ms);
      await chain.crashServer();

      const done = await chain.until<ImportState>(`/imports/${id}`, ({ state }) => state === "done");
      type Log = { items: { state: string; imageId: string | null }[] };
      const log = await chain.call<Log>("GET", `/imports/${id}/log?limit=500`);
      assert.deepEqual([done.total, done.complete, done.failed], [IMAGES, IMAGES, 0]);
      assert.equal(new Set(log.items.map(({ imageId }) => imageId)).size, IMAGES);
    });
  }
});
