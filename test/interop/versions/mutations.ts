/** Numbers from a seed, the same on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Pair = readonly [string, string];

/** Pairs of versions that differ a little: where order is decided by details. `pieces` are what may be put in. */
export function mutatedPairs(seeds: readonly string[], pieces: readonly string[], count: number, seed: number): Pair[] {
  const random = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const mutate = (text: string): string => {
    const at = Math.floor(random() * (text.length + 1));
    switch (Math.floor(random() * 4)) {
      case 0:
        return text.slice(0, at) + text.slice(at + 1);
      case 1:
        return text.slice(0, at) + pick(pieces) + text.slice(at);
      case 2:
        return text.replace(/\d+/g, (digits) =>
          random() < 0.3 ? String(Number(digits.slice(0, 9)) + pick([1, 9, -1])) : digits,
        );
      default:
        return text + pick(pieces);
    }
  };
  return Array.from({ length: count }, () => {
    const start = pick(seeds);
    const other = random() < 0.7 ? start : pick(seeds);
    return [mutate(start), random() < 0.5 ? mutate(mutate(other)) : mutate(other)];
  });
}
