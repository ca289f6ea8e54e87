import { createHash } from "node:crypto";

/**
 * Gives equal JSON values as one and the same: thousands of clients mostly have the same rules, and each holds them as long
 * as it is connected. Remembers the last `limit` different ones.
 */
export function createInterned<T>(limit: number): (value: T) => T {
  const known = new Map<string, T>();
  return (value) => {
    const key = createHash("sha256")
      .update(JSON.stringify(value) ?? "")
      .digest("base64");
    const found = known.get(key);
    if (found !== undefined) return found;
    const oldest = known.keys().next();
    if (known.size >= limit && !oldest.done) known.delete(oldest.value);
    known.set(key, value);
    return value;
  };
}
