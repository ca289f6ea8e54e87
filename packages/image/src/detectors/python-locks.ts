import { parse as parseToml } from "smol-toml";
import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";
import { asArray, asObject, asText, entriesOf, type Json, parseJson } from "./json.ts";
import { isPypiName, pypiName } from "./pypi-name.ts";

type Scope = "production" | "development";

/** What poetry, uv and pdm locked: TOML with a `[[package]]` for each. */
export const pythonTomlLocks: Detector = {
  id: "python-toml-lock",
  wants: { baseNames: ["poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"], accepts: notBundled, maxBytes: 8 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(parseToml(bytes.toString("utf8")));
    const list = asArray(lock?.package ?? lock?.packages).map((entry) => asObject(entry) ?? {});
    return { packages: list.flatMap(fromToml), problems: [] };
  },
};

function fromToml(entry: Readonly<Record<string, Json>>): FoundPackage[] {
  const source = asObject(entry.source);
  // uv lists the project itself and its workspace members, too.
  if (source && ["virtual", "editable", "workspace"].some((key) => key in source)) return [];
  const groups = asArray(entry.groups).map(String);
  const isDevelopment =
    entry.category === "dev" || (groups.length > 0 && !groups.some((name) => name === "main" || name === "default"));
  const scope =
    entry.category !== undefined || groups.length > 0 ? (isDevelopment ? "development" : "production") : undefined;
  const { dependencies } = entry;
  const names = Array.isArray(dependencies)
    ? dependencies.map((item) => asText(item)?.match(/^[\w.-]+/)?.[0] ?? asText(asObject(item)?.name))
    : entriesOf(dependencies).map(([name]) => name);
  return found(asText(entry.name), asText(entry.version), scope, names);
}

/** What pipenv locked: JSON with `default` and `develop`. */
export const pipfileLock: Detector = {
  id: "pipfile-lock",
  wants: { baseNames: ["Pipfile.lock"], accepts: notBundled, maxBytes: 16 * MB },
  parse({ bytes }): Detection {
    const lock = asObject(parseJson(bytes));
    const section = (key: string, scope: Scope): FoundPackage[] =>
      entriesOf(lock?.[key]).flatMap(([name, value]) =>
        found(name, asText(asObject(value)?.version)?.replace(/^={2,3}/, ""), scope),
      );
    return { packages: [...section("default", "production"), ...section("develop", "development")], problems: [] };
  },
};

const MAX_LINE = 2_000;
const REQUIREMENTS = /(?:^|\/)requirements[\w.-]*\.txt$|(?:^|\/)requirements\/[\w.-]+\.txt$/;

/** Pinned lines of requirements files; ranges say nothing of what is there. */
export const requirements: Detector = {
  id: "requirements",
  wants: { suffixes: [".txt"], accepts: (path) => REQUIREMENTS.test(path) && notBundled(path), maxBytes: 4 * MB },
  parse({ path, bytes }): Detection {
    const scope = /dev|test|lint|docs/.test(path.slice(path.lastIndexOf("/"))) ? "development" : "production";
    const lines = bytes
      .toString("utf8")
      .replace(/\\\r?\n/g, " ")
      .split(/\r?\n/);
    const packages = lines.flatMap((line) => {
      if (line.length > MAX_LINE) return [];
      const [, name, version] =
        line.match(/^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*={2,3}\s*([^\s;#,*]+)\s*(?:[;#\s]|$)/) ?? [];
      return found(name, version, scope);
    });
    return { packages, problems: [] };
  },
};

function found(
  name: string | undefined,
  version: string | undefined,
  scope?: Scope,
  dependsOn: readonly (string | undefined)[] = [],
): FoundPackage[] {
  if (!name || !version || !isPypiName(name)) return [];
  const names = dependsOn.filter((other) => other !== undefined).map(pypiName);
  return [{ type: "pypi", name: pypiName(name), version, ...(scope && { scope }), dependsOn: names }];
}
