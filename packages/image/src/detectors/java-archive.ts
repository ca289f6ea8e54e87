import { readZipDirectory, readZipEntry, type ZipEntry } from "../formats/zip.ts";
import { baseNameOf } from "../layer/paths.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { type Detection, type Detector, type FileInput, type FoundPackage, type FoundProblem, MB } from "./detector.ts";
import { identifyArchive, type JavaEvidence, parseManifest, parsePomProperties } from "./java-coordinates.ts";

const SUFFIXES = [".jar", ".war", ".ear", ".par", ".sar", ".jpi", ".hpi", ".nar", ".lpkg"];
const ARCHIVE = /\.(?:jar|war|ear|par|sar|jpi|hpi|nar|lpkg)$/i;
const POM_PROPERTIES = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;
const POM = /^META-INF\/maven\/([^/]+)\/([^/]+)\/pom\.xml$/;
const MANIFEST = "META-INF/MANIFEST.MF";
const MAX_METADATA_BYTES = MB;

/**
 * Java archives, and those inside them to the depth that the limits set: Maven's own coordinates where they are (several
 * of them mean that others were shaded in), else manifest and file name.
 */
export const javaArchive: Detector = {
  id: "java-archive",
  // jrt-fs is the JDK's own.
  wants: { suffixes: SUFFIXES, accepts: (path) => !path.endsWith("lib/jrt-fs.jar"), maxBytes: 512 * MB },
  parse({ path, bytes, limits = DEFAULT_LIMITS }): Detection {
    const reader = new ArchiveReader(limits);
    reader.read(bytes, path, "", 1);
    return { packages: reader.packages, problems: reader.problems };
  },
};

class ArchiveReader {
  readonly packages: FoundPackage[] = [];
  readonly problems: FoundProblem[] = [];
  readonly #nesting: number;
  #bytesLeft: number;

  constructor({ nesting, archiveBytes }: NonNullable<FileInput["limits"]>) {
    this.#nesting = nesting;
    this.#bytesLeft = archiveBytes;
  }

  /** `within` is the place inside the outermost archive, empty for that itself. */
  read(bytes: Buffer, path: string, within: string, depth: number): void {
    const place = within || baseNameOf(path);
    const entries = this.#try(place, () => readZipDirectory(bytes));
    if (!entries) return;
    const evidence = this.#gather(bytes, entries, baseNameOf(within || path));
    for (const found of identifyArchive(evidence)) this.packages.push({ ...found, ...(within && { within }) });
    for (const entry of entries) {
      if (!ARCHIVE.test(entry.name) || entry.sizeBytes === 0) continue;
      const inner = within ? `${within}!/${entry.name}` : entry.name;
      if (depth >= this.#nesting)
        this.#add(
          "LIMIT_EXCEEDED",
          `${inner} lies deeper than ${this.#nesting} archives (TIDEWAITER_SCAN_MAX_NESTING)`,
        );
      else this.#open(bytes, entry, path, inner, depth);
    }
  }

  #open(bytes: Buffer, entry: ZipEntry, path: string, inner: string, depth: number): void {
    if (entry.sizeBytes > this.#bytesLeft) {
      this.#add(
        "LIMIT_EXCEEDED",
        `${inner} is past the bytes that are unpacked from one archive (TIDEWAITER_SCAN_ARCHIVE_MAX_MB)`,
      );
      return;
    }
    this.#bytesLeft -= entry.sizeBytes;
    const content = this.#try(inner, () => readZipEntry(bytes, entry, entry.sizeBytes));
    if (content) this.read(content, path, inner, depth + 1);
  }

  #gather(bytes: Buffer, entries: readonly ZipEntry[], fileName: string): JavaEvidence {
    // Entries may share their bytes, so that a small archive has any number of large ones: all of them count.
    const text = (entry: ZipEntry): string | undefined => {
      if (entry.sizeBytes > this.#bytesLeft) return undefined;
      this.#bytesLeft -= entry.sizeBytes;
      return this.#try(entry.name, () => readZipEntry(bytes, entry, MAX_METADATA_BYTES).toString("utf8"));
    };
    const poms = entries
      .filter(({ name }) => POM_PROPERTIES.test(name))
      .map((entry) => parsePomProperties(text(entry) ?? ""));
    const manifest = entries.find(({ name }) => name === MANIFEST);
    return {
      fileName,
      poms: poms.filter((pom) => pom !== undefined),
      pomPaths: entries
        .map(({ name }) => name.match(POM))
        .filter((match) => match !== null)
        .map(([, groupId = "", artifactId = ""]) => ({ groupId, artifactId })),
      manifest: manifest ? parseManifest(text(manifest) ?? "") : new Map(),
      hasClasses: entries.some(({ name }) => name.endsWith(".class")),
    };
  }

  #try<T>(what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#add("FILE_DAMAGED", `${what}: ${error instanceof Error ? error.message : "unreadable"}`);
      return undefined;
    }
  }

  #add(code: string, reason: string): void {
    if (this.problems.length < 100) this.problems.push({ code, reason: reason.slice(0, 1000) });
  }
}
