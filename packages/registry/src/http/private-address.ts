import { BlockList, isIP } from "node:net";

const PRIVATE = new BlockList();
const LINK_LOCAL = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv4");
}
PRIVATE.addSubnet("::", 127, "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");
LINK_LOCAL.addSubnet("169.254.0.0", 16, "ipv4");
LINK_LOCAL.addSubnet("fe80::", 10, "ipv6");
// The metadata services of AWS (IPv6) and Alibaba stand in ranges that are ordinary otherwise.
LINK_LOCAL.addAddress("fd00:ec2::254", "ipv6");
LINK_LOCAL.addAddress("100.100.100.200", "ipv4");

const METADATA_NAMES = new Set(["metadata.google.internal", "metadata", "instance-data"]);

/** What a host literal says of itself; names are `public` except those that only exist inside. */
export type AddressKind = "public" | "private" | "link-local";

/** Classifies a URL's host without asking a resolver. */
export function addressKind(hostname: string): AddressKind {
  const host = hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  if (METADATA_NAMES.has(host)) return "link-local";
  if (host === "localhost" || host.endsWith(".localhost")) return "private";
  const version = isIP(host);
  if (version === 0) return "public";
  const family = version === 4 ? "ipv4" : "ipv6";
  if (LINK_LOCAL.check(host, family)) return "link-local";
  return PRIVATE.check(host, family) ? "private" : "public";
}
