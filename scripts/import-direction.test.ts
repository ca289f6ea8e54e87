import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const LIBRARIES = ["contract", "registry", "image", "inventory", "advisories", "oci", "runtime", "sample-registry"];

/** Who may import whom (design, The rooms). What is imported must stand in the package's own manifest, too. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  oci: ["runtime"],
  tunnel: ["runtime"],
  inventory: ["oci", "runtime"],
  contract: ["inventory", "oci", "runtime"],
  registry: ["contract", "oci", "runtime"],
  image: ["inventory", "oci", "runtime"],
  advisories: ["inventory", "runtime"],
  jobs: ["runtime"],
  "sample-registry": ["oci", "runtime"],
  client: ["contract", "tunnel", "runtime"],
  agent: ["contract", "registry", "image", "inventory", "jobs", "oci", "runtime"],
  server: ["contract", "tunnel", "advisories", "inventory", "oci", "jobs", "runtime"],
  console: [],
  cli: LIBRARIES,
};
const IMPORT = /(?:from|import)\s*\(?\s*["'](@tidewaiter\/([\w-]+)[^"']*|\.{1,2}\/[^"']+)["']/g;

describe("imports between packages", () => {
  for (const [room, allowed] of Object.entries(ALLOWED)) {
    it(`lets ${room} import only what lies below it`, () => {
      const wrong = importsOf(room).filter(({ target }) => target !== room && !allowed.includes(target));

      assert.deepEqual(wrong, []);
    });
  }

  it("knows every room", () => {
    const rooms = globSync("packages/*/package.json").map((path) => path.split("/")[1] ?? "");

    assert.deepEqual(
      rooms.filter((room) => !Object.hasOwn(ALLOWED, room)),
      [],
    );
  });
});

function importsOf(room: string): { file: string; target: string }[] {
  const files = globSync(`packages/${room}/src/**/*.{ts,tsx}`);
  return files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const isTest = /\.test\.tsx?$/.test(file);
    return [...text.matchAll(IMPORT)].flatMap(([, path = "", target]) => {
      const leavesRoom =
        path.startsWith(".") && !new URL(path, `file:///${file}`).pathname.startsWith(`/packages/${room}/`);
      if (leavesRoom && !isTest) return [{ file, target: path }];
      return target ? [{ file, target: isTest && target === "sample-registry" ? room : target }] : [];
    });
  });
}
