/** FNV-1a over UTF-16 code units, twice with different starts, as one 52-bit number. Not against forgery: it only tells changes. */
export function fingerprint(text: string): number {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return join(low, high);
}

/** One fingerprint of two, in this order. */
export function mixFingerprints(first: number, second: number): number {
  const low = Math.imul((first | 0) ^ Math.imul(second | 0, 0x85ebca6b), 0x01000193);
  const high = Math.imul(upper(first) ^ Math.imul(upper(second), 0xc2b2ae35), 0x85ebca6b);
  return join(low ^ (high >>> 15), high ^ (low >>> 13));
}

/** A sum that does not depend on order. */
export function addFingerprints(first: number, second: number): number {
  return (first + second) % Number.MAX_SAFE_INTEGER;
}

function upper(value: number): number {
  return Math.floor(value / 2 ** 32);
}

function join(low: number, high: number): number {
  return (low >>> 0) + ((high >>> 12) & 0xfffff) * 2 ** 32;
}
