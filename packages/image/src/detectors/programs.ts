import { baseNameOf } from "../layer/paths.ts";
import { type Detection, type Detector, type FoundPackage, MB, type Needle, NOTHING } from "./detector.ts";
import { goModule } from "./go-binary.ts";
import { LANGUAGE_PROGRAMS } from "./program-languages.ts";
import type { ProgramRow } from "./program-row.ts";
import { SERVER_PROGRAMS } from "./program-servers.ts";
import { TOOL_PROGRAMS } from "./program-tools.ts";

const PROGRAMS = [...LANGUAGE_PROGRAMS, ...SERVER_PROGRAMS, ...TOOL_PROGRAMS];
/** At the root, or in a folder where programs are put. */
const FOLDER = /^[^/]+$|(?:^|\/)(?:s?bin|libexec|lib|lib64|opt|app|local|erts-[\d.]+)\//;
const NEAR_BYTES = 400;
const MAX_LOOKS = 200;
/** Every pattern of the table begins with at least so many plain characters, by which it is looked up. */
const START_LENGTH = 2;
const NONE: readonly ProgramRow[] = [];

/** Answers in one look-up which rows could know a file of this base name. */
const rowsOf = createRowIndex(PROGRAMS);

/** True for base names under which some program of the table goes. */
export function isKnownProgram(baseName: string): boolean {
  return rowsOf(baseName).length > 0;
}

/** Known programs, by name and by the version text in their bytes. */
export const programs: Detector = {
  id: "programs",
  wants: {
    accepts: (path) => FOLDER.test(path) && isKnownProgram(baseNameOf(path)),
    magic: [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)],
    needles: (path) => rowsOf(baseNameOf(path)).flatMap(({ needles }) => needles.map(toNeedle)),
    maxBytes: 512 * MB,
  },
  parse({ path, bytes }): Detection {
    const found = new Map<string, FoundPackage>();
    const replaced = new Set<string>();
    for (const program of rowsOf(baseNameOf(path))) {
      if (found.has(program.name)) continue;
      const version = findVersion(bytes, program);
      if (!version) continue;
      found.set(program.name, toPackage(program, version));
      if (program.instead) replaced.add(program.instead);
    }
    for (const name of replaced) found.delete(name);
    return found.size > 0 ? { packages: [...found.values()], problems: [] } : NOTHING;
  },
};

function createRowIndex(rows: readonly ProgramRow[]): (baseName: string) => readonly ProgramRow[] {
  const exact = new Map<string, ProgramRow[]>();
  const patterns = new Map<string, { readonly pattern: RegExp; readonly row: ProgramRow }[]>();
  for (const row of rows) {
    for (const file of row.files) {
      const start = file.slice(0, START_LENGTH);
      if (!/[*?]/.test(file)) exact.set(file, [...(exact.get(file) ?? []), row]);
      else patterns.set(start, [...(patterns.get(start) ?? []), { pattern: toPattern(file), row }]);
    }
  }
  return (baseName) => {
    const named = exact.get(baseName) ?? NONE;
    const possible = patterns.get(baseName.slice(0, START_LENGTH));
    if (!possible) return named;
    const matching = possible.filter(({ pattern }) => pattern.test(baseName)).map(({ row }) => row);
    return [...new Set([...named, ...matching])];
  };
}

function toPattern(file: string): RegExp {
  const source = file.replace(/[.+]/g, "\\$&").replace(/\?/g, "\\d+").replace(/\*/g, ".*");
  return new RegExp(`^${source}$`);
}

function toNeedle(text: string): Needle {
  return { bytes: Buffer.from(text, "latin1"), before: NEAR_BYTES, after: NEAR_BYTES };
}

function findVersion(bytes: Buffer, { needles, version }: ProgramRow): string | undefined {
  for (const needle of needles) {
    let at = bytes.indexOf(needle, 0, "latin1");
    for (let look = 0; at >= 0 && look < MAX_LOOKS; look += 1) {
      const near = bytes.toString("latin1", Math.max(0, at - NEAR_BYTES), at + needle.length + NEAR_BYTES);
      const match = near.match(version)?.[1];
      if (match) return match;
      at = bytes.indexOf(needle, at + 1, "latin1");
    }
  }
  return undefined;
}

function toPackage({ name, module }: ProgramRow, version: string): FoundPackage {
  if (!module) return { type: "generic", name, version };
  const major = Number.parseInt(version, 10);
  return goModule(major > 1 ? `${module}/v${major}` : module, `v${version}`);
}
