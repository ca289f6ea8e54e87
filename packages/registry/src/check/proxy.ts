import type { OutboundOptions } from "@tidewaiter/runtime";

/** Whether calls to this address go through a proxy, by the usual reading of NO_PROXY: names, their subdomains, ports, `*`. */
export function isProxied(url: URL, { httpProxy, httpsProxy, noProxy = "" }: OutboundOptions): boolean {
  const proxy = url.protocol === "http:" ? httpProxy : (httpsProxy ?? httpProxy);
  if (!proxy) return false;
  const entries = noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "");
  return !entries.some((entry) => covers(entry, url));
}

function covers(entry: string, url: URL): boolean {
  if (entry === "*") return true;
  const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const host = name.replace(/^\*?\./, "");
  const actualPort = url.port || (url.protocol === "http:" ? "80" : "443");
  return (port === undefined || port === actualPort) && (url.hostname === host || url.hostname.endsWith(`.${host}`));
}
