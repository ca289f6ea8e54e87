import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { affected } from "../test-support.ts";
import { readRecord } from "./record.ts";

const RECORD = {
  id: "GO-2026-1",
  modified: "2026-01-01T00:00:00Z",
  affected: [affected("Go", "example.com/x", { introduced: "0" })],
};

describe("OSV records", () => {
  it("have no date of publishing where the publisher gives the year one", () => {
    assert.equal(readRecord({ ...RECORD, published: "0001-01-01T00:00:00Z" })?.published, undefined);
    assert.equal(readRecord({ ...RECORD, published: "2025-12-01T00:00:00Z" })?.published, "2025-12-01T00:00:00Z");
  });

  it("are passed over without an id, a time, or a package of a wanted ecosystem", () => {
    assert.equal(readRecord({ ...RECORD, id: "" }), undefined);
    assert.equal(readRecord({ ...RECORD, modified: undefined }), undefined);
    assert.equal(readRecord(RECORD, new Set(["npm"])), undefined);
    assert.equal(readRecord(RECORD, new Set(["Go"]))?.id, "GO-2026-1");
  });
});
