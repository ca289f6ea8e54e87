import { posix } from "node:path";
import { BrokerError } from "@tidewaiter/runtime";

const MAX_URL_LENGTH = 65_536;
const UNRESERVED = /[A-Za-z0-9._~-]/;
const MAX_DECODINGS = 5;

/** The one form of a request's address: this is matched, and this is forwarded. */
export interface NormalisedUrl {
  /** Percent-encoded path, one leading slash. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  readonly url: string;
}

/**
 * Brings path and query into one form: unreserved characters decoded, the fragment cut off. What could mean another
 * path to another reader is refused, not repaired: dot segments and doubled slashes, also behind (repeated) percent
 * encoding, backslashes, control characters, broken escapes.
 *
 * @throws {BrokerError} INPUT_INVALID saying what is wrong; the url is not repeated.
 */
export function normaliseUrl(raw: string): NormalisedUrl {
  if (raw.length > MAX_URL_LENGTH) throw refused(`the url is longer than ${MAX_URL_LENGTH} characters`);
  const [withoutFragment = ""] = raw.split("#", 1);
  if (/[\u0000-\u0020\u007f\\]/.test(withoutFragment))
    throw refused("the url holds a blank, a control character or \\");
  if (!/^\/(?!\/)/.test(withoutFragment)) throw refused("the url must start with exactly one /");
  if (posix.normalize(withoutFragment) !== withoutFragment)
    throw refused("the url holds dot segments or doubled slashes");
  refuseHiddenSegments(withoutFragment.split("?", 1)[0] ?? "");
  const parsed = URL.parse(`http://origin.invalid${withoutFragment}`);
  if (!parsed) throw refused("the url cannot be read");
  const path = decodeUnreserved(parsed.pathname);
  return { path, query: parsed.search, url: path + parsed.search };
}

/** Looks behind percent encoding as often as an upstream might decode it. */
function refuseHiddenSegments(path: string): void {
  let text = path;
  for (let round = 0; text.includes("%"); round += 1) {
    if (round === MAX_DECODINGS) throw refused("the path is percent-encoded too many times");
    const decoded = decodeOnce(text, round);
    if (decoded === text) return;
    text = decoded;
    if (/[\u0000-\u001f\u007f\\]/.test(text)) throw refused("the path hides a control character or \\");
    if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(text) || text.includes("//")) {
      throw refused("the path hides dot segments or doubled slashes");
    }
  }
}

/** A broken escape in what was sent is refused; one that only appears after decoding is plain text. */
function decodeOnce(text: string, round: number): string {
  try {
    return decodeURIComponent(text);
  } catch {
    if (round === 0) throw refused("the path holds a broken percent escape");
    return text;
  }
}

function decodeUnreserved(path: string): string {
  if (!path.includes("%")) return path;
  return path.replace(/%([0-9A-Fa-f]{2})/g, (octet, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : octet.toUpperCase();
  });
}

function refused(message: string): BrokerError {
  return new BrokerError("INPUT_INVALID", message);
}
