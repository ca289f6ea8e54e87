import type { Detection, Detector } from "../detectors/detector.ts";
import type { PathIndex } from "../detectors/path-index.ts";
import type { ScanLimits } from "../limits.ts";
import { BodyCollector } from "./body-collector.ts";
import { withDigest } from "./file-digests.ts";
import { onlyHead } from "./head-reader.ts";
import type { FileFact, LayerFacts, LinkFact } from "./layer-facts.ts";
import { PathSetBuilder } from "./path-set.ts";
import { baseNameOf, folderOf, normalizePath } from "./paths.ts";
import { expandSparse } from "./sparse.ts";
import type { BodyReader, TarEntry } from "./tar-walk.ts";
import { collectWindows } from "./window-collector.ts";

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
/** No program is smaller than its header. */
const MIN_PROGRAM_BYTES = 64;
const NO_BYTES = Buffer.alloc(0);

/** A file that nobody wants by its own name but that a wanted link leads to: read as if it lay at `as`. */
export interface ExtraWant {
  readonly path: string;
  readonly as: string;
}

export interface CollectorOptions {
  readonly index: PathIndex;
  readonly limits: ScanLimits;
  readonly extras?: readonly ExtraWant[];
}

type Wanted = { readonly as: string; readonly detectors: readonly Detector[] };

/** Turns the entries of one layer into its facts. */
export class FactCollector {
  readonly #options: CollectorOptions;
  readonly #bodies = new BodyCollector();
  readonly #files = new Map<string, FileFact[]>();
  readonly #links = new Map<string, LinkFact>();
  readonly #whiteouts: string[] = [];
  readonly #opaques: string[] = [];
  readonly #leaves = new PathSetBuilder();
  readonly #folders = new PathSetBuilder();
  readonly #problems: LayerFacts["problems"][number][] = [];
  readonly #extras = new Map<string, string[]>();

  constructor(options: CollectorOptions) {
    this.#options = options;
    for (const { path, as } of options.extras ?? []) this.#extras.set(path, [...(this.#extras.get(path) ?? []), as]);
  }

  visit(entry: TarEntry): BodyReader | undefined {
    const name = baseNameOf(entry.path);
    if (name.startsWith(WHITEOUT)) return this.#takeWhiteout(entry.path, name);
    // A path may come twice in one tar: the last one stands.
    this.#forget(entry.path);
    if (entry.kind === "directory") {
      this.#folders.add(entry.path);
      this.#parse(entry.path, NO_BYTES, this.#options.index.matchFolder(entry.path));
      return undefined;
    }
    this.#leaves.add(entry.path);
    if (entry.kind === "symlink" || entry.kind === "hardlink") this.#takeLink(entry);
    if (entry.kind !== "file") return undefined;
    return withDigest(entry, this.#openFile(entry), (fact) => this.#addFact(fact));
  }

  build(layer: Pick<LayerFacts, "digest" | "diffId" | "rawBytes" | "entries">): LayerFacts {
    return {
      ...layer,
      files: [...this.#files.values()].flat(),
      links: [...this.#links.values()],
      whiteouts: this.#whiteouts,
      opaques: this.#opaques,
      leaves: this.#leaves.build(),
      folders: this.#folders.build(),
      problems: this.#problems,
    };
  }

  #forget(path: string): void {
    this.#files.delete(path);
    this.#links.delete(path);
  }

  #takeWhiteout(path: string, name: string): undefined {
    const folder = folderOf(path);
    if (name === OPAQUE) this.#opaques.push(folder);
    // Other names of this form (.wh..wh.aufs, .wh..wh.plnk) are book-keeping of aufs and hide nothing.
    else if (!name.startsWith(".wh..wh.")) this.#whiteouts.push(join(folder, name.slice(WHITEOUT.length)));
  }

  #takeLink({ path, kind, linkName }: TarEntry): void {
    const isHard = kind === "hardlink";
    this.#links.set(path, { path, target: isHard ? normalizePath(linkName) : linkName, isHard });
  }

  #openFile(entry: TarEntry): BodyReader | undefined {
    const wanted = this.#wantedAs(entry.path);
    const byMagic = entry.sizeBytes >= MIN_PROGRAM_BYTES ? this.#options.index.byMagic : [];
    if (wanted.length === 0 && byMagic.length === 0) return undefined;
    const named = new Set(wanted.flatMap(({ detectors }) => detectors));
    let chosen: Wanted[] = [];
    const probe = (head: Buffer): boolean => {
      const probed = byMagic.filter((detector) => !named.has(detector) && isProbed(detector, entry.path, head));
      chosen = probed.length > 0 ? [...wanted, { as: entry.path, detectors: probed }] : wanted;
      return chosen.length > 0;
    };
    const { fileBytes, programBytes } = this.#options.limits;
    const wholeProgram = isLibrary(entry.path) ? 0 : Math.min(fileBytes, programBytes);
    const limit = wanted.length > 0 ? fileBytes : wholeProgram;
    const headBytes = headOf(wanted);
    if (headBytes !== undefined && entry.sizeBytes > headBytes) return this.#openHead(entry, wanted, headBytes);
    if (entry.sizeBytes > limit) return this.#openLarge(entry, wanted, byMagic);
    const done = (bytes: Buffer): void => {
      const content = this.#withHoles(entry, bytes);
      if (content) for (const { as, detectors } of chosen) this.#parse(as, content, detectors);
    };
    return this.#bodies.collect({ sizeBytes: entry.sizeBytes, probe, done });
  }

  /** A sparse file's stored bytes are not those at its start, so it has no head to read. */
  #openHead({ path, sparse }: TarEntry, wanted: readonly Wanted[], sizeBytes: number): BodyReader | undefined {
    if (sparse) {
      this.#addProblem(path, "LIMIT_EXCEEDED", "a sparse file of which only the start is wanted was not read");
      return undefined;
    }
    const done = (head: Buffer): void => {
      for (const { as, detectors } of wanted) this.#parse(as, head, detectors);
    };
    return onlyHead(this.#bodies.collect({ sizeBytes, done }), sizeBytes);
  }

  /** Too large to hold: detectors that make do with windows get those; the others cannot read it, and the report says so. */
  #openLarge(entry: TarEntry, wanted: readonly Wanted[], byMagic: readonly Detector[]): BodyReader | undefined {
    const limit = this.#options.limits.fileBytes;
    const isBlind = wanted.some(({ detectors }) => detectors.some(({ wants }) => !wants.needles));
    if (isBlind)
      this.#addProblem(
        entry.path,
        "LIMIT_EXCEEDED",
        `larger than ${limit} bytes, so it was not read (TIDEWAITER_SCAN_FILE_MAX_MB)`,
      );
    const able = byMagic.filter(({ wants }) => wants.needles && (wants.accepts?.(entry.path) ?? true));
    const needles = able.flatMap(({ wants }) => wants.needles?.(entry.path) ?? []);
    let chosen: readonly Detector[] = [];
    if (needles.length === 0) return undefined;
    return collectWindows({
      needles,
      probe: (head) => {
        chosen = able.filter((detector) => isProbed(detector, entry.path, head));
        return chosen.length > 0;
      },
      done: (windows) => this.#parse(entry.path, windows, chosen),
    });
  }

  #wantedAs(path: string): Wanted[] {
    const names = [path, ...(this.#extras.get(path) ?? [])];
    return names
      .map((as) => ({ as, detectors: this.#options.index.match(as) }))
      .filter(({ detectors }) => detectors.length > 0);
  }

  #withHoles(entry: TarEntry, bytes: Buffer): Buffer | undefined {
    if (!entry.sparse) return bytes;
    const expanded = expandSparse(entry.sparse, bytes, this.#options.limits.fileBytes);
    if (!expanded) this.#addProblem(entry.path, "FILE_DAMAGED", "its sparse map is damaged or too large");
    return expanded;
  }

  #parse(path: string, bytes: Buffer, detectors: readonly Detector[]): void {
    for (const detector of detectors) {
      if (bytes.length > detector.wants.maxBytes) {
        this.#addProblem(
          path,
          "LIMIT_EXCEEDED",
          `larger than the ${detector.wants.maxBytes} bytes that ${detector.id} reads`,
        );
        continue;
      }
      const detection = this.#tryParse(detector, path, bytes);
      for (const { code, reason } of detection.problems) this.#addProblem(path, code ?? "FILE_DAMAGED", reason);
      if (isEmpty(detection)) continue;
      const fact = { path, detector: detector.id, detection: { ...detection, problems: [] } };
      this.#addFact(fact);
    }
  }

  #addFact(fact: FileFact): void {
    this.#files.set(fact.path, [...(this.#files.get(fact.path) ?? []), fact]);
  }

  /** A detector that throws has met a damaged file in a way it did not foresee. The scan goes on and says so. */
  #tryParse(detector: Detector, path: string, bytes: Buffer): Detection {
    try {
      return detector.parse({ path, bytes, limits: this.#options.limits });
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unreadable";
      return { packages: [], problems: [{ reason: `${detector.id}: ${reason}`.slice(0, 500) }] };
    }
  }

  #addProblem(path: string, code: string, reason: string): void {
    const MAX_PROBLEMS = 1_000;
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ path, code, reason });
  }
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Programs are many and mostly hold nothing of ours: only what was found is kept. */
function isEmpty({ packages, operatingSystem, owner, notes }: Detection): boolean {
  return packages.length === 0 && !operatingSystem && !owner && !notes;
}

/** Libraries are half of many images and hardly ever list modules: only the known texts are looked for in them. */
function isLibrary(path: string): boolean {
  return /\.(?:so(?:\.[\d.]+)?|o|a|ko)$/.test(path);
}

/** How much of a file all who want it by name make do with; undefined when one of them needs it whole. */
function headOf(wanted: readonly Wanted[]): number | undefined {
  const heads = wanted.flatMap(({ detectors }) => detectors.map(({ wants }) => wants.headBytes));
  const sizes = heads.filter((size) => size !== undefined);
  return sizes.length > 0 && sizes.length === heads.length ? Math.max(...sizes) : undefined;
}

function isProbed({ wants }: Detector, path: string, head: Buffer): boolean {
  return (wants.magic?.some((magic) => startsWith(head, magic)) ?? false) && (wants.accepts?.(path) ?? true);
}

function startsWith(head: Buffer, magic: Uint8Array): boolean {
  return magic.every((byte, index) => head[index] === byte);
}
