import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";

/** PHP packages that PEAR or PECL installed: one serialised PHP array for each. */
export const pear: Detector = {
  id: "pear",
  wants: {
    suffixes: [".reg"],
    accepts: (path) => /(?:^|\/)\.registry\/(?:[^/]+\/)?[^/]+\.reg$/.test(path),
    maxBytes: MB,
  },
  parse({ bytes }): Detection {
    const text = bytes.toString("utf8");
    const name = text.match(/s:4:"name";s:\d+:"([\w.-]+)"/)?.[1];
    const channel = text.match(/s:7:"channel";s:\d+:"([\w./-]+)"/)?.[1];
    const version = text.match(/s:7:"version";(?:a:\d+:\{s:7:"release";)?s:\d+:"([\w.-]+)"/)?.[1];
    if (!name || !version)
      return { ...NOTHING, problems: [{ reason: `an entry without ${name ? "version" : "name"}` }] };
    return { packages: [{ type: "generic", namespace: channel ?? "pear.php.net", name, version }], problems: [] };
  },
};
