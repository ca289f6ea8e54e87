import type { OperatingSystem, Package } from "@tidewaiter/inventory";

/** One file of a layer, as a detector gets it. The bytes are lent: keep strings, not views. */
export interface FileInput {
  readonly path: string;
  readonly bytes: Buffer;
  /** Bounds for archives within archives; the defaults when left out. */
  readonly limits?: { readonly nesting: number; readonly archiveBytes: number };
}

/** A package as one file tells of it: what other files and layers add (purl, distribution, layer) comes later. */
export interface FoundPackage
  extends Pick<Package, "type" | "name" | "version">,
    Partial<
      Pick<Package, "namespace" | "architecture" | "source" | "module" | "vendor" | "licenses" | "scope" | "dependsOn">
    > {
  /** Qualifiers of its purl that no other field holds. */
  readonly qualifiers?: Readonly<Record<string, string>>;
  /** Place inside the file, for archives in archives. */
  readonly within?: string;
  /** Files that came with it, as far as another detector could want them. */
  readonly owns?: readonly string[];
}

export interface FoundProblem {
  readonly reason: string;
  readonly code?: string;
}

/** What a detector read in one file. Kept in the layer cache, so it is plain data. */
export interface Detection {
  readonly packages: readonly FoundPackage[];
  readonly problems: readonly FoundProblem[];
  /** From files that name the distribution. */
  readonly operatingSystem?: Partial<OperatingSystem>;
  /** Ownership that stands in a file apart from the package data base: the package's name and its files. */
  readonly owner?: { readonly name: string; readonly owns: readonly string[] };
  /** Content sets, lock file roots and whatever else a resolver of the same format asks for. */
  readonly notes?: Readonly<Record<string, string | readonly string[]>>;
}

/** A text to look for, and how much around it to keep, in bytes. */
export interface Needle {
  readonly bytes: Buffer;
  readonly before: number;
  readonly after: number;
}

/** How the files of a format are found. One of the first six must hold, and `accepts` where it is given. */
export interface Wants {
  readonly paths?: readonly string[];
  readonly baseNames?: readonly string[];
  /** With their leading dot. */
  readonly suffixes?: readonly string[];
  /** Files directly in these folders. */
  readonly folders?: readonly string[];
  /** Folders directly in these: the detector gets their names and no bytes. */
  readonly foldersIn?: readonly string[];
  /** First bytes of the file, any of them. */
  readonly magic?: readonly Uint8Array[];
  /** For files too large to hold: what around these texts is enough. The detector then gets those windows only. */
  readonly needles?: (path: string) => readonly Needle[];
  /** For files that are found by name and say all at their start: no more than this is read of them. */
  readonly headBytes?: number;
  readonly accepts?: (path: string) => boolean;
  readonly maxBytes: number;
}

/** Reads one package format. Pure: the same bytes give the same detection. */
export interface Detector {
  readonly id: string;
  readonly wants: Wants;
  parse(file: FileInput): Detection;
}

export const NOTHING: Detection = { packages: [], problems: [] };
export const MB = 1024 * 1024;
