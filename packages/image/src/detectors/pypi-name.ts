/** The name that the index and purls go by (PEP 503): lower case, runs of `-_.` as one dash. */
export function pypiName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

export function isPypiName(name: string): boolean {
  return name.length <= 256 && NAME.test(name);
}
