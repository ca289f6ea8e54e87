/** Makes a value when it is first asked for. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Answers that are kept until newer ones need their place. */
export interface BoundedCache<K, T> {
  get(key: K): T | undefined;
  set(key: K, value: T): void;
}

/**
 * Keeps answers up to a weight: when half of it is reached, those that were not asked for since the half before are
 * forgotten together, so that keeping order costs nothing.
 */
export function boundedCache<K, T>(limit: number, weigh: (value: T) => number = () => 1): BoundedCache<K, T> {
  let [young, old] = [new Map<K, T>(), new Map<K, T>()];
  let weight = 0;
  const set = (key: K, value: T): void => {
    young.set(key, value);
    weight += weigh(value);
    if (weight * 2 <= limit) return;
    [young, old] = [new Map(), young];
    weight = 0;
  };
  return {
    set,
    get(key) {
      const known = young.get(key);
      if (known !== undefined) return known;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
  };
}
