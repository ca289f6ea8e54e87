import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type RegistryConnection, toConnection } from "@tidewaiter/contract";
import { createRegistry } from "@tidewaiter/registry";
import { silentLogger } from "@tidewaiter/runtime";
import { createRegistryPool, type RegistryPoolOptions } from "./registry-pool.ts";

const TARGET = toConnection({ type: "oci", registryBase: "https://registry.example" });

describe("the pool of registries", () => {
  it("gives equal callers the same registry, and others their own", async () => {
    const pool = openPool();

    const leases = [
      pool.lease("one", TARGET, "credential"),
      pool.lease("one", TARGET, "credential"),
      pool.lease("two", TARGET, "credential"),
      pool.lease("one", TARGET, "another"),
    ];
    await pool.close();

    const [first, same, ...others] = leases.map(({ registry }) => registry);
    assert.equal(first, same);
    assert.equal(new Set([first, ...others]).size, 3);
  });

  it("lets go of those that nobody uses, the longest unused first, and keeps those in use", async () => {
    const opened: string[] = [];
    const pool = openPool({ maxIdle: 1, onOpen: (target) => opened.push(target.base ?? "") });
    const at = (name: string): RegistryConnection =>
      toConnection({ type: "oci", registryBase: `https://${name}.example` });
    const used = pool.lease("one", at("used"), "used");
    for (const name of ["a", "b", "c"]) pool.lease("one", at(name), name)[Symbol.dispose]();

    for (const name of ["used", "c", "a"]) pool.lease("one", at(name), name)[Symbol.dispose]();
    used[Symbol.dispose]();
    await pool.close();

    assert.deepEqual(
      opened.map((base) => base.replace(/https:\/\/|\.example/g, "")),
      ["used", "a", "b", "c", "a"],
    );
  });
});

function openPool({
  onOpen,
  ...options
}: Partial<RegistryPoolOptions> & { onOpen?: (target: RegistryConnection) => void } = {}) {
  return createRegistryPool({
    log: silentLogger,
    open: (target) => {
      onOpen?.(target);
      return createRegistry(target);
    },
    ...options,
  });
}
