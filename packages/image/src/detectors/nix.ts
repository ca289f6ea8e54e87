import { readSqlite } from "../formats/sqlite.ts";
import { baseNameOf } from "../layer/paths.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";

/** `hash-name-version` of a store path; derivations and single files have no version behind a hyphen and a digit. */
const STORE_NAME = /^[0-9a-z]{32}-(.+?)-(\d[\w.+]*?)(?:-(?:bin|dev|lib|man|doc|info|out|data))?$/;

/** Packages in the data base of a Nix store. */
export const nix: Detector = {
  id: "nix",
  wants: { paths: ["nix/var/nix/db/db.sqlite"], maxBytes: 512 * MB },
  parse({ bytes }): Detection {
    const rows = readSqlite(bytes, "SELECT path FROM ValidPaths ORDER BY path");
    const found = rows.flatMap(({ path }): [string, FoundPackage][] => {
      const entry = fromStoreName(baseNameOf(String(path)));
      return entry ? [[`${entry.name} ${entry.version}`, entry]] : [];
    });
    return { packages: [...new Map(found).values()], problems: [] };
  },
};

/** Packages of a store that came without its data base, as in images that Nix builds, by the names of their folders. */
export const nixStore: Detector = {
  id: "nix-store",
  wants: { foldersIn: ["nix/store"], maxBytes: MB },
  parse({ path }): Detection {
    const found = fromStoreName(baseNameOf(path));
    return found ? { packages: [found], problems: [] } : NOTHING;
  },
};

function fromStoreName(text: string): FoundPackage | undefined {
  const [, name, version] = text.match(STORE_NAME) ?? [];
  return name && version ? { type: "generic", namespace: "nix", name, version } : undefined;
}
