import { baseNameOf } from "../layer/paths.ts";
import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";

interface TextRow {
  readonly name: string;
  readonly baseNames: readonly string[];
  /** Narrows names that many others have as well. */
  readonly path?: RegExp;
  /** Its first group is the version. */
  readonly version: RegExp;
}

const VERSION_LINE = /^v?(\d+(?:\.\d+)+(?:-[\w.]+)?)\s*$/;

/** Programs that tell their version in a text beside them, or are texts themselves. */
const ROWS: readonly TextRow[] = [
  { name: "go", baseNames: ["VERSION"], path: /(?:^|\/)go(?:-[\d.]+)?\/VERSION$/, version: /^go(\d+\.\d+[\w.]*)/ },
  { name: "grafana", baseNames: ["VERSION"], path: /(?:^|\/)grafana\/VERSION$/, version: VERSION_LINE },
  { name: "erlang", baseNames: ["OTP_VERSION"], path: /\/releases\/\d+\/OTP_VERSION$/, version: /^(\d+(?:\.\d+)+)/ },
  { name: "dart", baseNames: ["version"], path: /(?:^|\/)dart(?:-sdk)?\/version$/, version: VERSION_LINE },
  { name: "electron", baseNames: ["version"], path: /(?:^|\/)electron\/(?:dist\/)?version$/, version: VERSION_LINE },
  {
    name: "firefox",
    baseNames: ["application.ini"],
    version: /^Name=Firefox$[^[]*?^Version=(\d+[\w.]*)$/m,
  },
  { name: "thunderbird", baseNames: ["application.ini"], version: /^Name=Thunderbird$[^[]*?^Version=(\d+[\w.]*)$/m },
  {
    name: "swi-prolog",
    baseNames: ["SWIPLConfigVersion.cmake"],
    version: /^set\(PACKAGE_VERSION "(\d+\.\d+\.\d+)"\)/m,
  },
  {
    name: "composer",
    baseNames: ["composer", "composer.phar"],
    version: /(?:const VERSION\s*=|'pretty_version'\s*=>)\s*'(\d+\.\d+\.\d+[\w.-]*)'/,
  },
  { name: "wp-cli", baseNames: ["wp", "wp-cli.phar"], version: /wp-cli\/wp-cli (\d+\.\d+\.\d+[\w.-]*)/ },
  { name: "elixir", baseNames: ["elixir"], version: /^ELIXIR_VERSION=(\d+\.\d+\.\d+[\w.-]*)$/m },
];
const MAX_BYTES = 16 * MB;

const BY_NAME = Map.groupBy(
  ROWS.flatMap((row) => row.baseNames.map((baseName) => ({ baseName, row }))),
  ({ baseName }) => baseName,
);

function rowsOf(path: string): readonly TextRow[] {
  const rows = BY_NAME.get(baseNameOf(path))?.map(({ row }) => row) ?? [];
  return rows.filter((row) => row.path?.test(path) ?? true);
}

/** True for files that a row of the table reads. */
export function isProgramText(path: string): boolean {
  return rowsOf(path).length > 0;
}

/** Known programs by a text file that says their version. */
export const programTexts: Detector = {
  id: "program-texts",
  wants: { baseNames: [...BY_NAME.keys()], accepts: isProgramText, headBytes: MAX_BYTES, maxBytes: MAX_BYTES },
  parse({ path, bytes }): Detection {
    const text = bytes.toString("latin1");
    for (const { name, version } of rowsOf(path)) {
      const match = text.match(version)?.[1];
      if (match) return { packages: [{ type: "generic", name, version: match }], problems: [] };
    }
    return NOTHING;
  },
};
