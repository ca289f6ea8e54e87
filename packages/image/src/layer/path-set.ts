/**
 * A set of paths kept as 52-bit hashes: a layer of 150,000 entries takes 1.2 MB instead of 12. It answers one question,
 * whether an upper layer hides a path below it, for which a false yes needs a collision (about 1 in 10^9 for an image).
 */
export type PathSet = Float64Array<ArrayBuffer>;

/** Two rounds of FNV-1a with other bases, 26 bits of each. */
export function hashPath(path: string): number {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let index = 0; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) + (b >>> 13);
  }
  a ^= a >>> 15;
  b ^= b >>> 16;
  return (a & 0x3ffffff) * 0x4000000 + (b & 0x3ffffff);
}

/** Grows as it is filled and ends as a sorted array. */
export class PathSetBuilder {
  #hashes = new Float64Array(1024);
  #length = 0;

  add(path: string): void {
    if (this.#length === this.#hashes.length) {
      const larger = new Float64Array(this.#length * 2);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.#length] = hashPath(path);
    this.#length += 1;
  }

  build(): PathSet {
    return this.#hashes.slice(0, this.#length).sort();
  }
}

export function pathSetHas(set: PathSet, path: string): boolean {
  const wanted = hashPath(path);
  let [low, high] = [0, set.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const hash = set[middle] ?? 0;
    if (hash === wanted) return true;
    if (hash < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
