/** The map with `value` put in as its newest; beyond `limit` the oldest go, so that a page left open does not grow. */
export function keepLast<T>(map: ReadonlyMap<string, T>, key: string, value: T, limit: number): ReadonlyMap<string, T> {
  const next = new Map(map);
  next.delete(key);
  next.set(key, value);
  for (const oldest of next.keys()) {
    if (next.size <= limit) break;
    next.delete(oldest);
  }
  return next;
}
