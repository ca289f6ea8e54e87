import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { BrokerError } from "@tidewaiter/runtime";

const MAX_LENGTH = 2_048;

/** Addresses that hand out cloud credentials, and the link-local ranges that they lie in. */
const REFUSED = new BlockList();
REFUSED.addSubnet("169.254.0.0", 16, "ipv4");
REFUSED.addSubnet("fe80::", 10, "ipv6");
REFUSED.addAddress("fd00:ec2::254", "ipv6");
REFUSED.addAddress("fd20:ce::254", "ipv6");
REFUSED.addAddress("100.100.100.200", "ipv4");
REFUSED.addAddress("168.63.129.16", "ipv4");
REFUSED.addAddress("192.0.0.192", "ipv4");
REFUSED.addSubnet("0.0.0.0", 8, "ipv4");
REFUSED.addSubnet("224.0.0.0", 4, "ipv4");
REFUSED.addSubnet("ff00::", 8, "ipv6");
const REFUSED_NAMES = new Set(["metadata.google.internal", "metadata.goog", "instance-data"]);

/**
 * The base address of callbacks, without a slash at its end.
 *
 * @throws {BrokerError} INPUT_INVALID for what is no plain http or https address, CALLBACK_REFUSED for one that nobody may post to.
 */
export function parseCallbackUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = text.length <= MAX_LENGTH ? URL.parse(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new BrokerError(
      "INPUT_INVALID",
      "callback: an http or https address without user, query and fragment is needed",
      {
        likely: "BROKER_CLIENT_URL is not set on the broker client, or was not filled in",
        action: "set BROKER_CLIENT_URL to the address of the broker client as the agent sees it",
      },
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (REFUSED_NAMES.has(host) || isRefusedAddress(host)) throw refused(host);
  return url.href.replace(/\/+$/, "");
}

/** True for link-local, metadata and multicast addresses, in their IPv6 clothes as well; false for names. */
export function isRefusedAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && REFUSED.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Resolves a name and refuses what it must not point to, at the moment of connecting, so that the answer cannot change in between. */
export const lookupCallback: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const allowed = addresses?.filter(({ address }) => !isRefusedAddress(address)) ?? [];
    const [first] = allowed;
    if (error) callback(error, "");
    else if (!first) callback(refused(host), "");
    else if (options.all) callback(null, allowed as LookupAddress[]);
    else callback(null, first.address, first.family);
  });
};

function refused(host: string): BrokerError {
  return new BrokerError("CALLBACK_REFUSED", `callbacks to ${host} are refused: a link-local or metadata address`);
}
