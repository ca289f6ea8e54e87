import { type Detection, type Detector, MB } from "./detector.ts";

/** An installed pack of SWI-Prolog: facts in `pack.pl` (SWI-Prolog manual, section 15.3). */
export const prologPack: Detector = {
  id: "prolog-pack",
  wants: { baseNames: ["pack.pl"], maxBytes: MB },
  parse({ bytes }): Detection {
    const text = bytes.toString("utf8");
    const [name, version] = [argumentOf(text, "name"), argumentOf(text, "version")];
    if (!name || !version) return { packages: [], problems: [{ reason: "a Prolog pack without name or version" }] };
    return { packages: [{ type: "generic", namespace: "swi-prolog", name, version }], problems: [] };
  },
};

/** The argument of a fact of one, quoted in either way or a plain atom. */
function argumentOf(text: string, fact: string): string | undefined {
  const match = text.match(
    new RegExp(`^\\s*${fact}\\(\\s*(?:'([^'\\n]+)'|"([^"\\n]+)"|([\\w.-]+))\\s*\\)\\s*\\.`, "m"),
  );
  return match?.[1] ?? match?.[2] ?? match?.[3];
}
