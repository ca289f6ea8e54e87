import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseBase, qualifyRepository } from "./base-url.ts";

const options = { isPlainHttp: false, isPrefix: (path: string) => path.startsWith("repository/") };
const rootOf = (base: string, more: object = {}) => parseBase(base, { ...options, ...more }).root.href;

describe("parseBase", () => {
  it("takes every spelling that people paste", () => {
    for (const base of [
      "r.example.com",
      "https://r.example.com",
      "HTTPS://R.example.com///",
      " r.example.com/v2/ ",
      "r.example.com/v2",
    ]) {
      assert.equal(rootOf(base), "https://r.example.com/v2/", base);
    }
    assert.equal(rootOf("[::1]:5000"), "https://[::1]:5000/v2/");
    assert.equal(rootOf("r:5000", { isPlainHttp: true }), "http://r:5000/v2/");
    assert.equal(
      rootOf("docker.io", { defaultHost: "registry-1.docker.io", aliases: ["docker.io"] }),
      "https://registry-1.docker.io/v2/",
    );
  });

  it("puts a path before /v2/ or in front of names, as the type has it", () => {
    const prefix = parseBase("n.example.com/repository/docker/", options);
    const namespace = parseBase("r.example.com/project/team", options);

    assert.deepEqual([prefix.root.href, prefix.namespace], ["https://n.example.com/repository/docker/v2/", ""]);
    assert.deepEqual([namespace.root.href, namespace.namespace], ["https://r.example.com/v2/", "project/team"]);
  });

  it("refuses what no address has, and plain HTTP that was not allowed", () => {
    const wrong = [
      "",
      "http://r.example.com",
      "user:pw@r.example.com",
      "r.example.com/?x",
      "r.example.com/a/../b",
      "ftp://x",
      "r.example.com/A",
      "a b",
      "r/%2e%2e",
    ];
    for (const base of wrong) assert.throws(() => rootOf(base), { code: "INPUT_INVALID" }, base);
  });
});

describe("qualifyRepository", () => {
  const base = parseBase("r.example.com:5000/project", options);

  it("puts the namespace in front where it is missing, and takes the host off", () => {
    for (const name of ["app", "project/app", "r.example.com:5000/project/app"])
      assert.equal(qualifyRepository(name, base), "project/app");
  });

  it("refuses another host and names that break the grammar", () => {
    assert.throws(() => qualifyRepository("other.example.com:5000/app", base), { code: "REGISTRY_HOST_MISMATCH" });
    for (const name of ["../x", "a//b", "App", "a?y=", "", "a/./b", "a\u0000b"]) {
      assert.throws(() => qualifyRepository(name, base), { code: "REFERENCE_INVALID" }, name);
    }
  });
});
