import { execFileSync } from "node:child_process";

/** A network namespace: a host of its own, with no way to anywhere but the links that are made. */
export interface Host {
  readonly name: string;
  /** Words to put before a command so that it runs on this host. */
  readonly prefix: readonly string[];
}

export interface Network {
  host(label: string): Host;
  /** A cable between two hosts with one address at each end. */
  link(a: Host, aAddress: string, b: Host, bAddress: string): void;
  destroy(): void;
}

/** Needs root and iproute2. Names carry the process id, so that runs do not meet. */
export function createNetwork(): Network {
  const hosts: Host[] = [];
  let links = 0;
  const ip = (...args: string[]): void => void execFileSync("ip", args);
  return {
    host(label) {
      const name = `tw-${process.pid}-${label}`;
      ip("netns", "add", name);
      ip("-n", name, "link", "set", "lo", "up");
      const host = { name, prefix: ["ip", "netns", "exec", name] };
      hosts.push(host);
      return host;
    },
    link(a, aAddress, b, bAddress) {
      links += 1;
      const [left, right] = [`tw${process.pid % 10_000}l${links}`, `tw${process.pid % 10_000}r${links}`];
      ip("link", "add", left, "netns", a.name, "type", "veth", "peer", "name", right, "netns", b.name);
      for (const [host, device, address] of [
        [a, left, aAddress],
        [b, right, bAddress],
      ] as const) {
        ip("-n", host.name, "addr", "add", `${address}/30`, "dev", device);
        ip("-n", host.name, "link", "set", device, "up");
      }
    },
    destroy() {
      for (const { name } of hosts.splice(0)) ip("netns", "delete", name);
    },
  };
}
