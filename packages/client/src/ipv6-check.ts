import { setDefaultResultOrder } from "node:dns";
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import type { Logger } from "@tidewaiter/runtime";

const TIMEOUT_MS = 3_000;

/**
 * Looks whether the server can be reached over IPv6 where its name has such an address; where it cannot, names are
 * tried with their IPv4 addresses first. Holds nothing up, never rejects.
 */
export async function preferReachableFamily(serverUrl: URL, log: Logger): Promise<void> {
  const port = Number(serverUrl.port || (serverUrl.protocol === "https:" ? 443 : 80));
  const host = serverUrl.hostname.replace(/^\[|\]$/g, "");
  const address = await lookup(host, { family: 6 }).catch(() => undefined);
  // An IPv4 address written out comes back as it is.
  if (address?.family !== 6 || (await canConnect(address.address, port))) return;
  setDefaultResultOrder("ipv4first");
  log.warn("the server cannot be reached over IPv6, trying IPv4 addresses first", { host });
}

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, family: 6, timeout: TIMEOUT_MS });
    const settle = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}
