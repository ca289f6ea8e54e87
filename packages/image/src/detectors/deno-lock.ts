import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asObject, entriesOf, parseJson } from "./json.ts";
import { isNpmName, splitNpmName } from "./npm-name.ts";

/** npm packages that Deno locked: `name@version_peers` under `npm`, which version 3 keeps under `packages`. */
export const denoLock: Detector = {
  id: "deno-lock",
  wants: { baseNames: ["deno.lock"], accepts: notBundled, maxBytes: 16 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(parseJson(bytes));
    const keys = [lock?.npm, asObject(lock?.packages)?.npm].flatMap((list) => entriesOf(list).map(([key]) => key));
    return { packages: keys.flatMap(toPackage), problems: [] };
  },
};

function toPackage(key: string): FoundPackage[] {
  const at = key.indexOf("@", 1);
  const [name, version] = [key.slice(0, Math.max(0, at)), key.slice(at + 1).replace(/_.*$/s, "")];
  return isNpmName(name) && version !== "" ? [{ type: "npm", ...splitNpmName(name), version }] : [];
}
