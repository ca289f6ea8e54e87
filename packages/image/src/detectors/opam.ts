import { type Detection, type Detector, MB } from "./detector.ts";

const INSTALLED = /(?:^|\/)\.opam-switch\/packages\/([^/.]+)\.([^/]+)\/opam$/;

/** OCaml packages that opam installed: a folder `name.version` for each. */
export const opam: Detector = {
  id: "opam",
  wants: { baseNames: ["opam"], accepts: (path) => INSTALLED.test(path), maxBytes: MB },
  parse({ path }): Detection {
    const [, name = "", version = ""] = path.match(INSTALLED) ?? [];
    return { packages: name && version ? [{ type: "opam", name, version }] : [], problems: [] };
  },
};
