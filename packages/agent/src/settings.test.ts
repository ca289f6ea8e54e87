import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultSlots, loadAgentSettings } from "./settings.ts";

describe("the agent's settings", () => {
  it("have a default for everything", () => {
    const { port, slots, TIDEWAITER_DATA_DIR } = loadAgentSettings({});

    assert.equal(port, 17_500);
    assert.ok(slots >= 1);
    assert.equal(TIDEWAITER_DATA_DIR, "./.tidewaiter/agent");
  });

  it("take PORT for SNYK_PORT, which wins", () => {
    assert.equal(loadAgentSettings({ PORT: "81" }).port, 81);
    assert.equal(loadAgentSettings({ PORT: "81", SNYK_PORT: "82" }).port, 82);
  });

  it("need a key when replicas share a database, and both halves of a certificate", () => {
    assert.throws(() => loadAgentSettings({ DATABASE_URL: "postgres://host/db" }), {
      code: "CONFIG_INVALID",
      message: /TIDEWAITER_ENCRYPTION_KEY/,
    });
    assert.throws(() => loadAgentSettings({ HTTPS_CERT: "/cert.pem" }), {
      code: "CONFIG_INVALID",
      message: /HTTPS_KEY/,
    });
  });

  it("take the sizes of the vendor's variable for image and layer, and the analyser's own for the rest", () => {
    const { limits } = loadAgentSettings({
      SNYK_MAX_IMAGE_SIZE_IN_BYTES: "3000001",
      TIDEWAITER_SCAN_MEMORY: "128",
      TIDEWAITER_SCAN_MAX_LAYERS: "7",
    });

    assert.deepEqual(
      [limits.imageBytes, limits.layerBytes, limits.memoryBytes, limits.layers],
      [3_000_001, 3_000_001, 128 * 1024 * 1024, 7],
    );
  });

  it("work on as many scans at once as MAX_ACTIVE_OPERATIONS says", () => {
    assert.equal(loadAgentSettings({ MAX_ACTIVE_OPERATIONS: "3" }).slots, 3);
  });

  it("work on a scan for each core by default, where the memory has room for them", () => {
    const [small, medium, large] = [512, 2_048, 65_536].map((mb) => mb * 1024 * 1024);

    assert.deepEqual(
      [
        defaultSlots(1, small ?? 0),
        defaultSlots(8, small ?? 0),
        defaultSlots(64, medium ?? 0),
        defaultSlots(8, large ?? 0),
      ],
      [1, 2, 11, 8],
    );
    assert.equal(defaultSlots(4, 1), 1);
  });

  it("name every fault at once and no value", () => {
    assert.throws(
      () => loadAgentSettings({ SNYK_PORT: "harbour", TIDEWAITER_LEASE_MS: "1", DATABASE_URL: "mysql://u:pw@h" }),
      (error: Error) => {
        assert.match(error.message, /SNYK_PORT.*DATABASE_URL.*TIDEWAITER_LEASE_MS/);
        assert.doesNotMatch(error.message, /harbour|pw@h/);
        return true;
      },
    );
  });
});
