import { type Detection, type Detector, MB } from "./detector.ts";

const RECEIPT = /(?:^|\/)Cellar\/([^/]+)\/([^/]+)\/INSTALL_RECEIPT\.json$/;

/** Homebrew formulae: every installed one has a receipt in the folder of its name and version. */
export const homebrew: Detector = {
  id: "homebrew",
  wants: { baseNames: ["INSTALL_RECEIPT.json"], accepts: (path) => RECEIPT.test(path), maxBytes: MB },
  parse({ path }): Detection {
    const [, name = "", version = ""] = path.match(RECEIPT) ?? [];
    return {
      packages: name && version ? [{ type: "generic", namespace: "homebrew", name, version }] : [],
      problems: [],
    };
  },
};
