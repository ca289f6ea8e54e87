import type { BoundedCache } from "./cache.ts";

/** Keys in one question. */
const ASKED_AT_ONCE = 5_000;

/**
 * Answers for many keys, those that are known from the cache and the others by few questions, each for many: a question
 * to the database costs several times what a row does. Keys without an answer are remembered as such.
 */
export function bulkReader<K, T>(
  known: BoundedCache<K, T | null>,
  read: (keys: readonly K[]) => Iterable<readonly [K, T]>,
): (keys: Iterable<K>) => ReadonlyMap<K, T> {
  return (keys) => {
    const answers = new Map<K, T>();
    const missing = new Set<K>();
    for (const key of keys) {
      const answer = known.get(key);
      if (answer) answers.set(key, answer);
      else if (answer === undefined) missing.add(key);
    }
    for (const chunk of chunks([...missing])) for (const [key, answer] of read(chunk)) answers.set(key, answer);
    for (const key of missing) known.set(key, answers.get(key) ?? null);
    return answers;
  };
}

function* chunks<T>(values: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < values.length; at += ASKED_AT_ONCE) yield values.slice(at, at + ASKED_AT_ONCE);
}
