import { baseNameOf } from "../layer/paths.ts";
import { type Detector, MB } from "./detector.ts";
import { isOwnable } from "./ownable.ts";

/** Which files each Debian package brought: `name.list`, or `name:arch.list` where architectures live side by side. */
export const dpkgFiles: Detector = {
  id: "dpkg-files",
  wants: { folders: ["var/lib/dpkg/info"], accepts: (path) => path.endsWith(".list"), maxBytes: 32 * MB },
  parse({ path, bytes }) {
    const name = baseNameOf(path)
      .replace(/\.list$/, "")
      .replace(/:.*$/, "");
    const owns = bytes
      .toString("utf8")
      .split("\n")
      .map((line) => line.slice(1))
      .filter(isOwnable);
    return { packages: [], problems: [], owner: { name, owns } };
  },
};
