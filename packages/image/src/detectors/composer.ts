import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asArray, asObject, asText, entriesOf, type Json, parseJson } from "./json.ts";

type Scope = "production" | "development";

/** What composer installed (vendor/composer/installed.json, both forms). */
export const composerInstalled: Detector = {
  id: "composer-installed",
  wants: {
    baseNames: ["installed.json"],
    accepts: (path) => /(?:^|\/)composer\/installed\.json$/.test(path),
    maxBytes: 32 * MB,
  },
  parse({ bytes }): Detection {
    const json = parseJson(bytes);
    const list = Array.isArray(json) ? json : asArray(asObject(json)?.packages);
    const development = new Set(asArray(asObject(json)?.["dev-package-names"]).map(String));
    const packages = list.flatMap((entry) => {
      const name = asText(asObject(entry)?.name);
      return name ? toPackage(entry, development.has(name) ? "development" : "production") : [];
    });
    return { packages, problems: [] };
  },
};

/** What composer locked. */
export const composerLock: Detector = {
  id: "composer-lock",
  wants: { baseNames: ["composer.lock"], accepts: notBundled, maxBytes: 32 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(parseJson(bytes));
    const section = (key: string, scope: Scope): FoundPackage[] =>
      asArray(lock?.[key]).flatMap((entry) => toPackage(entry, scope));
    return {
      packages: [...section("packages", "production"), ...section("packages-dev", "development")],
      problems: [],
    };
  },
};

function toPackage(value: Json, scope: Scope): FoundPackage[] {
  const entry = asObject(value);
  const [full, version] = [asText(entry?.name)?.toLowerCase(), asText(entry?.version)];
  const slash = full?.indexOf("/") ?? -1;
  if (!full || !version || slash <= 0) return [];
  const licenses = asArray(entry?.license)
    .filter((text) => typeof text === "string")
    .slice(0, 64);
  return [
    {
      type: "composer",
      namespace: full.slice(0, slash),
      name: full.slice(slash + 1),
      version: version.replace(/^v(?=\d)/, ""),
      scope,
      ...(licenses.length > 0 && { licenses }),
      // php and ext-* are the platform, not packages.
      dependsOn: entriesOf(entry?.require)
        .map(([name]) => name.toLowerCase())
        .filter((name) => name.includes("/")),
    },
  ];
}
