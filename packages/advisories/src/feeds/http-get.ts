import { BrokerError, parseRetryAfter, systemCode } from "@tidewaiter/runtime";
import { type Dispatcher, request } from "undici";

const MAX_REDIRECTS = 5;

export type Response = Dispatcher.ResponseData;

/** A GET that follows redirects. Credentials of the address go to its own origin only. @throws {BrokerError} UNAVAILABLE */
export async function get(
  url: string,
  headers: Record<string, string>,
  { dispatcher, signal }: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): Promise<Response> {
  let target = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await send(target, headers, dispatcher, signal);
    const location = headerOf(response, "location");
    if (response.statusCode < 300 || response.statusCode === 304 || response.statusCode >= 400 || !location)
      return response;
    await response.body.dump();
    target = new URL(location, target).href;
  }
  throw new BrokerError("UNAVAILABLE", `${describeUrl(url)} redirects without end`);
}

async function send(
  url: string,
  headers: Record<string, string>,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const address = new URL(url);
    const login = authorizationOf(address);
    return await request(address, { dispatcher, headers: { ...headers, ...login }, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new BrokerError(
      "UNAVAILABLE",
      `${describeUrl(url)} cannot be reached (${systemCode(error) ?? "no answer"})`,
      {
        cause: error,
        likely: "the address is wrong, or the way to it leads through a proxy",
        action: "check TIDEWAITER_ADVISORY_SOURCES, HTTPS_PROXY and CA_CERT",
      },
    );
  }
}

/** @throws {BrokerError} NOT_FOUND, UNAVAILABLE, or ADVISORIES_INVALID for what is too large or makes no sense. */
export async function checkStatus(url: string, response: Response, maxBytes: number, start: number): Promise<void> {
  const length = Number(headerOf(response, "content-length") ?? 0);
  if (response.statusCode === 200 || response.statusCode === 206) {
    if (start + length <= maxBytes) return;
    response.body.destroy();
    throw new BrokerError("ADVISORIES_INVALID", `${describeUrl(url)} is larger than ${maxBytes} bytes`);
  }
  await response.body.dump();
  const { statusCode } = response;
  if (statusCode === 404 || statusCode === 410)
    throw new BrokerError("NOT_FOUND", `${describeUrl(url)} does not exist`);
  throw new BrokerError(
    statusCode >= 500 || statusCode === 429 ? "UNAVAILABLE" : "ADVISORIES_INVALID",
    `${describeUrl(url)} answered ${statusCode}`,
    {
      retryAfterMs: parseRetryAfter(headerOf(response, "retry-after")),
    },
  );
}

/** User name and password of an address as a header, taken out of the address. */
function authorizationOf(address: URL): Record<string, string> {
  const { username, password } = address;
  if (!username) return {};
  address.username = "";
  address.password = "";
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
}

export function headerOf({ headers }: Response, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** An address without what may be secret in it. */
export function describeUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
