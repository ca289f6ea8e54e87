/** Items that are kept at once while two lists are joined; tags beyond them are shown with less. */
const MAX_FACTS = 20_000;

/** What a vendor's list says of each key, to be joined with another list: as much as may be held at once. */
export async function collectFacts<T>(
  pages: AsyncIterable<readonly T[]>,
  keyOf: (item: T) => string | undefined,
): Promise<ReadonlyMap<string, T>> {
  const facts = new Map<string, T>();
  for await (const page of pages) {
    for (const item of page) {
      const key = keyOf(item);
      if (key !== undefined) facts.set(key, item);
    }
    if (facts.size >= MAX_FACTS) break;
  }
  return facts;
}
