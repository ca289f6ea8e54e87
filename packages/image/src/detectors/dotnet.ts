import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asObject, asText, entriesOf, parseJson } from "./json.ts";

const SHARED = /(?:^|\/)shared\/([^/]+)\/([^/]+)\/[^/]+\.deps\.json$/;

/**
 * What a .NET program brings: `libraries` of type package. A shared framework's own file gives the framework; the parts
 * within it are served with it. Noted also where it lists nothing: what lies beside it is then the program's own.
 */
export const dotnetDeps: Detector = {
  id: "dotnet-deps",
  wants: { suffixes: [".deps.json"], maxBytes: 32 * MB },
  parse({ path, bytes }): Detection {
    const [, framework, version] = path.match(SHARED) ?? [];
    const notes = { lists: "assemblies" };
    if (framework && version) return { packages: [{ type: "nuget", name: framework, version }], problems: [], notes };
    const deps = asObject(parseJson(bytes));
    const needs = dependencies(deps);
    const packages = entriesOf(deps?.libraries).flatMap(([key, value]): FoundPackage[] => {
      const type = asText(asObject(value)?.type);
      const [name = "", found = ""] = key.split("/");
      const isPackage = type === "package" || type === "runtimepack";
      if (!isPackage || !name || !found) return [];
      return [
        { type: "nuget", name: name.replace(/^runtimepack\./, ""), version: found, dependsOn: needs.get(key) ?? [] },
      ];
    });
    return { packages, problems: [], notes };
  },
};

function dependencies(deps: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, string[]> {
  const targets = entriesOf(deps?.targets).flatMap(([, target]) => entriesOf(target));
  return new Map(targets.map(([key, value]) => [key, entriesOf(asObject(value)?.dependencies).map(([name]) => name)]));
}

/** What NuGet locked. */
export const nugetLock: Detector = {
  id: "nuget-lock",
  wants: { baseNames: ["packages.lock.json"], accepts: notBundled, maxBytes: 16 * MB },
  parse({ bytes }): Detection {
    const frameworks = entriesOf(asObject(parseJson(bytes))?.dependencies);
    const packages = frameworks.flatMap(([, list]) =>
      entriesOf(list).flatMap(([name, value]): FoundPackage[] => {
        const entry = asObject(value);
        const version = asText(entry?.resolved);
        if (!version || entry?.type === "Project") return [];
        return [{ type: "nuget", name, version, dependsOn: entriesOf(entry?.dependencies).map(([key]) => key) }];
      }),
    );
    return { packages, problems: [] };
  },
};
