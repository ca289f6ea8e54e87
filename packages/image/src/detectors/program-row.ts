/** A program that is known by its file's name and by a text with its version in the bytes. */
export interface ProgramRow {
  readonly name: string;
  /** Base names, with `*` for anything and `?` for a number. */
  readonly files: readonly string[];
  /** Texts near which the version stands; looked for in the bytes, so that large programs need no decoding. */
  readonly needles: readonly string[];
  /** Its first group is the version. */
  readonly version: RegExp;
  /** Go module that it is built from, without the suffix of its major version. */
  readonly module?: string;
  /** Programs that this one replaces where both are found: a fork keeps much of the texts of what it was forked from. */
  readonly instead?: string;
}

type Extra = Pick<ProgramRow, "module" | "instead">;

/** @param files base names, parted by spaces. */
export function row(
  name: string,
  files: string,
  needles: string | readonly string[],
  version: RegExp,
  extra: Extra = {},
): ProgramRow {
  return { name, files: files.split(" "), needles: [needles].flat(), version, ...extra };
}
