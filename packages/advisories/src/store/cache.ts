/** Makes a value when it is first asked for. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Keeps the newest `limit` answers of a question. */
export function boundedCache<T>(limit: number): (key: string, ask: () => T) => T {
  const answers = new Map<string, { readonly value: T }>();
  return (key, ask) => {
    const known = answers.get(key);
    if (known) return known.value;
    const value = ask();
    if (answers.size >= limit) answers.delete(answers.keys().next().value ?? key);
    answers.set(key, { value });
    return value;
  };
}
