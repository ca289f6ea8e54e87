import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PROOF_HEADER } from "../tunnel/traffic-path.ts";
import { createPeerProof } from "./peer-proof.ts";

const KEY = Buffer.alloc(32, 1);
const request = (method: string, originalUrl: string, proof: string) => ({
  method,
  originalUrl,
  headers: { [PROOF_HEADER]: proof },
});

describe("proof of another server", () => {
  it("holds for the request that it was made for, and for no other", () => {
    const proof = createPeerProof(KEY, () => 1_000);
    const text = proof.sign("GET", "/replica/a?b=1");

    assert.ok(proof.holds(request("GET", "/replica/a?b=1", text)));
    assert.ok(!proof.holds(request("POST", "/replica/a?b=1", text)));
    assert.ok(!proof.holds(request("GET", "/replica/a?b=2", text)));
    assert.ok(!proof.holds(request("GET", "/replica/a?b=1", "")));
  });

  it("ends after some minutes, and is worth nothing under another key", () => {
    const text = createPeerProof(KEY, () => 1_000).sign("GET", "/x");

    assert.ok(!createPeerProof(KEY, () => 300_000).holds(request("GET", "/x", text)));
    assert.ok(!createPeerProof(Buffer.alloc(32, 2), () => 1_000).holds(request("GET", "/x", text)));
  });
});
