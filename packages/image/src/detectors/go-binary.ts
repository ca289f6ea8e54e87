import { EXECUTABLE_MAGIC } from "../formats/executable.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";

/** Opens the block that the Go linker writes (Go, debug/buildinfo). */
const BUILD_INFO = Buffer.from("\xff Go buildinf:", "latin1");
/** The part of it that is looked for: short and rare, so that the search runs at the speed of memory. */
const MARK = BUILD_INFO.subarray(8);
const MARK_PLACE = BUILD_INFO.length - MARK.length;
const HEADER_BYTES = 32;
const INLINE_STRINGS = 2;
const GUARD_BYTES = 16;
const MAX_TEXT_BYTES = 2 * MB;
/** Programs that read the block of others hold its magic as well, a few times. */
const MAX_LOOKS = 8;

/**
 * Modules of a Go program. The block is looked for by its magic, not by section, so stripped and packed-together
 * programs are read as well, and so is what a window of a very large one shows.
 */
export const goBinary: Detector = {
  id: "go-binary",
  wants: {
    magic: EXECUTABLE_MAGIC,
    needles: () => [{ bytes: MARK, before: MARK_PLACE, after: MAX_TEXT_BYTES }],
    maxBytes: 512 * MB,
  },
  parse({ bytes }): Detection {
    let at = bytes.indexOf(MARK);
    for (let look = 0; at >= 0 && look < MAX_LOOKS; look += 1, at = bytes.indexOf(MARK, at + 1)) {
      const start = at - MARK_PLACE;
      const isMagic = start >= 0 && bytes.subarray(start, at + MARK.length).equals(BUILD_INFO);
      const info = isMagic ? readBuildInfo(bytes, start) : undefined;
      if (info) return { packages: toPackages(info), problems: [] };
    }
    return NOTHING;
  },
};

interface BuildInfo {
  readonly goVersion: string;
  readonly modules: string;
}

/** Undefined where the magic is only a program's knowledge of it, as in Go's own tools. */
function readBuildInfo(bytes: Buffer, at: number): BuildInfo | undefined {
  const flags = bytes[at + 15] ?? 0;
  // Programs built before Go 1.18 hold pointers instead; their modules are read as text between the guards.
  const texts = flags & INLINE_STRINGS ? readInline(bytes, at + HEADER_BYTES) : readGuarded(bytes);
  return texts && /^(?:go\d|devel)/.test(texts.goVersion) ? texts : undefined;
}

function readInline(bytes: Buffer, at: number): BuildInfo | undefined {
  const version = readText(bytes, at);
  const modules = version && readText(bytes, version.end);
  if (!version || !modules) return undefined;
  return { goVersion: version.text, modules: modules.text.slice(GUARD_BYTES, -GUARD_BYTES) };
}

/** A length of 7-bit groups, low first, then that many bytes. Guards are no text, so one byte is one character. */
function readText(bytes: Buffer, start: number): { text: string; end: number } | undefined {
  let [length, shift, at] = [0, 0, start];
  for (; at < bytes.length && shift < 28; at += 1, shift += 7) {
    length += ((bytes[at] ?? 0) & 0x7f) * 2 ** shift;
    if ((bytes[at] ?? 0) < 0x80) break;
  }
  at += 1;
  if (length > MAX_TEXT_BYTES || at + length > bytes.length) return undefined;
  return { text: bytes.toString("latin1", at, at + length), end: at + length };
}

/** Both ends of the module text are marked by 16 fixed bytes (Go, cmd/go/internal/modload). */
const START_GUARD = Buffer.from("3077af0c9274080241e1c107e6d618e6", "hex");
const END_GUARD = Buffer.from("f932433186182072008242104116d8f2", "hex");

function readGuarded(bytes: Buffer): BuildInfo | undefined {
  const start = bytes.indexOf(START_GUARD);
  const end = start < 0 ? -1 : bytes.indexOf(END_GUARD, start);
  if (end < 0 || end - start > MAX_TEXT_BYTES) return undefined;
  const goVersion = bytes.toString("latin1").match(/\bgo1\.\d+(?:\.\d+)?\b/)?.[0] ?? "";
  return { goVersion, modules: bytes.toString("utf8", start + GUARD_BYTES, end) };
}

function toPackages({ goVersion, modules }: BuildInfo): FoundPackage[] {
  const packages: FoundPackage[] = [
    { type: "golang", name: "stdlib", version: goVersion.replace(/^go/, "").split(" ")[0] ?? "" },
  ];
  const lines = modules.split("\n").map((line) => line.split("\t"));
  const settings = new Map(lines.filter(([kind]) => kind === "build").map(([, pair = ""]) => splitOnce(pair)));
  for (const [kind, path = "", version = ""] of lines) {
    if (kind === "mod" && path) packages.push(goModule(path, mainVersion(version, settings)));
    else if (kind === "dep" && path) packages.push(goModule(path, version));
    // What stands behind the arrow replaces the module before it. A local folder says no version: then the one asked for
    // is the best that is known.
    else if (kind === "=>" && version && version !== "(devel)") packages.splice(-1, 1, goModule(path, version));
  }
  return packages;
}

/** A module by its path, as the last part of which purl has the name. */
export function goModule(path: string, version: string): FoundPackage {
  const slash = path.lastIndexOf("/");
  return {
    type: "golang",
    name: path.slice(slash + 1),
    version,
    ...(slash > 0 && { namespace: path.slice(0, slash) }),
  };
}

/** A program built from its own work tree calls itself (devel): linker flags or the commit may say more. */
function mainVersion(version: string, settings: ReadonlyMap<string, string>): string {
  if (version !== "(devel)") return version;
  const stamped = settings.get("-ldflags")?.match(/-X\s+['"]?[\w./-]*[vV]ersion=['"]?(v?\d+\.\d+[\w.+-]*)/)?.[1];
  return stamped ?? "";
}

function splitOnce(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  return equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
}
