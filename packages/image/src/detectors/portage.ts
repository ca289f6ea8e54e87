import { type Detector, NOTHING } from "./detector.ts";
import { isOwnable } from "./ownable.ts";

/** `category/name-version`, the version with its revision (Gentoo PMS, 3.2). */
const CONTENTS =
  /^var\/db\/pkg\/([^/]+)\/(.+?)-(\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?)\/CONTENTS$/;

/** Installed Gentoo packages: their folder tells all. */
export const portage: Detector = {
  id: "portage",
  wants: { baseNames: ["CONTENTS"], accepts: (path) => CONTENTS.test(path), maxBytes: 64 * 1024 * 1024 },
  parse({ path, bytes }) {
    const [, namespace, name, version] = path.match(CONTENTS) ?? [];
    if (!name || !version) return NOTHING;
    const owns = bytes
      .toString("utf8")
      .split("\n")
      .flatMap((line) => line.match(/^obj \/(.+) [0-9a-f]{32} \d+$/)?.[1] ?? []);
    return { packages: [{ type: "ebuild", namespace, name, version, owns: owns.filter(isOwnable) }], problems: [] };
  },
};
