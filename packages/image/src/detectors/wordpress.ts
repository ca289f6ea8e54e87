import { type Detection, type Detector, NOTHING } from "./detector.ts";

const PLUGIN = /(?:^|\/)wp-content\/plugins\/(?:([^/]+)\/)?([^/]+)\.php$/;

/** WordPress plugins, by the comment block that every plugin's main file begins with; and WordPress itself. */
export const wordpress: Detector = {
  id: "wordpress",
  wants: {
    suffixes: [".php"],
    accepts: (path) => PLUGIN.test(path) || path.endsWith("wp-includes/version.php"),
    maxBytes: 1024 * 1024,
  },
  parse({ path, bytes }): Detection {
    // WordPress itself looks no further than 8 KB for the block.
    const head = bytes.toString("utf8", 0, 8192);
    if (path.endsWith("wp-includes/version.php")) {
      const version = head.match(/\$wp_version\s*=\s*'([^']+)'/)?.[1];
      return version ? { packages: [{ type: "generic", name: "wordpress", version }], problems: [] } : NOTHING;
    }
    const field = (name: string): string | undefined =>
      head.match(new RegExp(`^[ \\t/*#@]*${name}:(.*)$`, "mi"))?.[1]?.trim();
    const [title, version] = [field("Plugin Name"), field("Version")];
    const [, folder, file = ""] = path.match(PLUGIN) ?? [];
    if (!title || !version) return NOTHING;
    return { packages: [{ type: "wordpress", namespace: "plugin", name: folder ?? file, version }], problems: [] };
  },
};
