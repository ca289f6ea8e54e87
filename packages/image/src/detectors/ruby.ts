import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";

/** Name and version stand at the start; patterns over more than this could be made slow on purpose. */
const MAX_HEAD_BYTES = 64 * 1024;

/** Installed gems: the specification that RubyGems writes for each, default gems included. */
export const gemspec: Detector = {
  id: "gemspec",
  wants: {
    suffixes: [".gemspec"],
    accepts: (path) => /(?:^|\/)specifications\/(?:default\/)?[^/]+\.gemspec$/.test(path),
    maxBytes: 4 * MB,
  },
  parse({ bytes }): Detection {
    const text = bytes.toString("utf8", 0, Math.min(bytes.length, MAX_HEAD_BYTES));
    const name = assigned(text, "name");
    const version =
      assigned(text, "version") ?? text.match(/\.version\s*=\s*Gem::Version\.new\(?\s*["']([^"']+)["']/)?.[1];
    if (!name || !version)
      return { ...NOTHING, problems: [{ reason: `gemspec without ${name ? "version" : "name"}` }] };
    const platform = assigned(text, "platform");
    const licenses = [...(text.match(/\.licenses\s*=\s*\[([^\]]*)\]/)?.[1] ?? "").matchAll(/["']([^"']+)["']/g)].map(
      ([, license = ""]) => license,
    );
    const dependsOn = [...text.matchAll(/add_(?:runtime_)?dependency\(?\s*(?:%q<([^>]+)>|["']([^"']+)["'])/g)].map(
      ([, a, b]) => a ?? b ?? "",
    );
    return {
      problems: [],
      packages: [
        {
          type: "gem",
          name,
          version,
          ...(platform && platform !== "ruby" && { qualifiers: { platform } }),
          ...(licenses.length > 0 && { licenses: licenses.slice(0, 64) }),
          dependsOn: [...new Set(dependsOn)],
        },
      ],
    };
  },
};

function assigned(text: string, field: string): string | undefined {
  return text.match(new RegExp(`\\.${field}\\s*=\\s*["']([^"']+)["']`))?.[1];
}

/** What bundler locked: under `GEM`, `specs:` at four blanks are gems, at six what they need. */
export const gemfileLock: Detector = {
  id: "gemfile-lock",
  wants: { baseNames: ["Gemfile.lock", "gems.locked"], accepts: notBundled, maxBytes: 8 * MB },
  parse({ bytes }): Detection {
    const packages: FoundPackage[] = [];
    let needs: string[] = [];
    let isInSpecs = false;
    for (const line of bytes.toString("utf8").split(/\r?\n/)) {
      if (/^\S/.test(line)) isInSpecs = line === "GEM" || line === "GIT";
      const [, name, version] = (isInSpecs && line.match(/^ {4}(\S+) \(([^)]+)\)$/)) || [];
      if (name && version) {
        needs = [];
        const [plain = version, platform] = version.split(/-(?=[a-z])/);
        packages.push({
          type: "gem",
          name,
          version: plain,
          dependsOn: needs,
          ...(platform && { qualifiers: { platform } }),
        });
      } else if (isInSpecs) {
        const need = line.match(/^ {6}(\S+)/)?.[1];
        if (need) needs.push(need);
      }
    }
    return { packages, problems: [] };
  },
};
