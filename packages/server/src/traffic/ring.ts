/** The last `size` things that were put in. */
export interface Ring<T> {
  push(item: T): void;
  /** Newest first. */
  newest(): T[];
}

export function createRing<T>(size: number): Ring<T> {
  const items: T[] = [];
  let next = 0;
  return {
    push(item) {
      if (size === 0) return;
      items[next] = item;
      next = (next + 1) % size;
    },
    newest: () => [...items.slice(next), ...items.slice(0, next)].reverse(),
  };
}
