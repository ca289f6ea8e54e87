import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";

/** What stack and cabal locked: `name-version@sha256:...` in stack.yaml.lock, `any.name ==version` in cabal.project.freeze. */
export const haskellLocks: Detector = {
  id: "haskell-lock",
  wants: { baseNames: ["stack.yaml.lock", "cabal.project.freeze"], accepts: notBundled, maxBytes: 8 * MB },
  parse({ path, bytes }): Detection {
    const text = bytes.toString("utf8");
    const pattern = path.endsWith(".freeze") ? /any\.([\w-]+)\s*==\s*([\d.]+)/g : /hackage:\s*([\w-]+)-([\d.]+)@/g;
    const found = [...text.matchAll(pattern)].map(([, name = "", version = ""]) => `${name} ${version}`);
    const packages = [...new Set(found)].map((row): FoundPackage => {
      const [name = "", version = ""] = row.split(" ");
      return { type: "hackage", name, version };
    });
    return { packages, problems: [] };
  },
};
