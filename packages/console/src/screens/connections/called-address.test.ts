import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { calledAddress } from "./called-address.ts";

describe("calledAddress", () => {
  it("takes a host with port, scheme and slashes at the end, as people paste it", () => {
    for (const typed of ["nexus.example:5000", "https://nexus.example:5000/", "nexus.example:5000/v2/"]) {
      assert.deepEqual(calledAddress("nexus-cr", typed, false), { url: "https://nexus.example:5000/v2/", below: "" });
    }
  });

  it("puts a path before the API or in front of repository names, as the type has it", () => {
    assert.deepEqual(calledAddress("nexus-cr", "nexus.example/repository/docker", false), {
      url: "https://nexus.example/repository/docker/v2/",
      below: "",
    });
    assert.deepEqual(calledAddress("ncr", "host.example/name", false), {
      url: "https://host.example/v2/",
      below: "name",
    });
  });

  it("calls plain HTTP only where that was allowed", () => {
    assert.equal(calledAddress("oci", "host:5000", true)?.url, "http://host:5000/v2/");
    assert.equal(calledAddress("oci", "http://host:5000", false), undefined);
  });

  it("says nothing of what is no address", () => {
    for (const typed of ["", "user@host", "host/../x", "host?x=1", "ftp://host", "h ost"]) {
      assert.equal(calledAddress("oci", typed, false), undefined, typed);
    }
  });
});
