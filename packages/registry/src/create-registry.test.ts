import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toConnection } from "@tidewaiter/contract";
import { buildImage, buildIndex, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";
import { startEmulator, takeSeat } from "../../../test/emulators/start-emulator.ts";
import { createTokenService } from "../../../test/emulators/token-service.ts";
import { createRegistry } from "./create-registry.ts";

const layers = await Promise.all(["a", "b"].map((name) => buildLayer({ [name]: name.repeat(1000) })));
const amd64 = buildImage(layers);
const arm64 = buildImage(layers.slice(1), { platform: { os: "linux", architecture: "arm64", variant: "v8" } });
const index = buildIndex([
  { image: amd64, platform: { os: "linux", architecture: "amd64" } },
  { image: arm64, platform: { os: "linux", architecture: "arm64", variant: "v8" } },
]);

function sampleContent() {
  const content = createContent();
  content.push("team/app", "1.0", index);
  content.push("team/app", "amd64", amd64);
  for (let number = 0; number < 250; number += 1) content.push(`many/r${number}`, "latest", amd64);
  return content;
}

const connect = (host: string, more: object = {}) =>
  createRegistry(toConnection({ type: "oci", registryBase: host, extra: { plainHttp: true }, ...more }));

async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

describe("createRegistry", () => {
  it("lists every repository over several pages", async () => {
    await using server = await startEmulator(registryApp({ content: sampleContent() }));
    const registry = connect(server.host);

    const repositories = await collect(registry.listRepositories());

    assert.equal(repositories.length, 251);
    await registry.close();
  });

  it("signs in with Basic when asked to, and once known without being asked again", async () => {
    const app = registryApp({ content: sampleContent(), accounts: { ann: "p:w" } });
    await using server = await startEmulator(app);
    const registry = connect(server.host, { username: "ann", password: "p:w" });

    await registry.headManifest("team/app", "1.0");
    const tags = await collect(registry.listTags("team/app"));

    assert.deepEqual(tags, ["1.0", "amd64"]);
    assert.equal(server.calls.filter(({ headers }) => !headers.authorization).length, 1);
    await registry.close();
  });

  it("pulls an image of N layers through an index with N + 4 requests and one token", async () => {
    await using seat = await takeSeat();
    const tokens = createTokenService({ service: "test", realm: `${seat.url}token`, accounts: { ann: "pw" } });
    seat.serve(registryApp({ content: sampleContent(), before: [tokens.at("/token"), tokens.guard] }));
    const registry = connect(seat.host, { username: "ann", password: "pw" });

    const image = await registry.resolve("team/app", "1.0", {});
    for (const layer of image.manifest.layers) await (await image.openBlob(layer)).toArray();

    assert.equal(image.digest, amd64.descriptor.digest);
    assert.equal(seat.seen(/v2/).length, 2 + 4);
    assert.equal(seat.seen(/ \/token/).length, 1);
    await registry.close();
  });
});
