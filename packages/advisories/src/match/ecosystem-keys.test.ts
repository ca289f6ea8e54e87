import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { distributionKeys } from "./ecosystem-keys.ts";

const keys = (id: string, versionId?: string, prettyName?: string) => distributionKeys({ id, versionId, prettyName });

describe("ecosystem keys of distributions", () => {
  it("are made of os-release as OSV writes them", () => {
    assert.deepEqual(keys("debian", "12.5"), ["Debian:12"]);
    assert.deepEqual(keys("ubuntu", "22.04"), ["Ubuntu:22.04:LTS"]);
    assert.deepEqual(keys("ubuntu", "24.10"), ["Ubuntu:24.10"]);
    assert.deepEqual(keys("alpine", "3.19.1"), ["Alpine:v3.19"]);
    assert.deepEqual(keys("rocky", "9.3"), ["Rocky Linux:9"]);
    assert.deepEqual(keys("wolfi", "20230201"), ["Wolfi"]);
    assert.deepEqual(keys("photon", "5.0"), ["Photon OS:5.0"]);
    assert.deepEqual(keys("openEuler", "24.03", "openEuler 24.03 (LTS)"), ["openEuler:24.03-LTS"]);
    assert.deepEqual(keys("opensuse-leap", "15.5"), ["openSUSE:Leap 15.5"]);
    assert.deepEqual(keys("rhel", "9.4").length, 3);
  });

  it("are none where nobody publishes advisories, or the release is not out", () => {
    assert.deepEqual(
      [keys("alpine", "3.21_alpha20240923"), keys("alpine"), keys("debian"), keys("gentoo", "2.1")],
      [[], [], [], []],
    );
  });
});
