import { readSqlite } from "../formats/sqlite.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";

/** `hash-name-version` of a store path; derivations and single files have no version behind a hyphen and a digit. */
const STORE_PATH = /^\/nix\/store\/[0-9a-z]{32}-(.+?)-(\d[\w.+]*?)(?:-(?:bin|dev|lib|man|doc|info|out|data))?$/;

/** Packages in the data base of a Nix store. */
export const nix: Detector = {
  id: "nix",
  wants: { paths: ["nix/var/nix/db/db.sqlite"], maxBytes: 512 * MB },
  parse({ bytes }): Detection {
    const found = new Map<string, FoundPackage>();
    for (const { path } of readSqlite(bytes, "SELECT path FROM ValidPaths ORDER BY path")) {
      const [, name, version] = String(path).match(STORE_PATH) ?? [];
      if (name && version) found.set(`${name} ${version}`, { type: "generic", namespace: "nix", name, version });
    }
    return { packages: [...found.values()], problems: [] };
  },
};
