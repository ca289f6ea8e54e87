import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";

const WORKFLOW = /(?:^|\/)(?:\.github\/workflows\/[^/]+|action)\.ya?ml$/;
/** A step or job that uses another repository's action, and the comment that often tells the version of a commit. */
const USES =
  /^[ \t-]*uses:[ \t]*["']?([\w.-]+)\/([\w.-]+)(?:\/[\w./-]*)?@([\w./-]+)["']?[ \t]*(?:#[ \t]*(?:tag=)?(v?\d[\w.-]*))?/gm;
const COMMIT = /^[0-9a-f]{40}$/;
const MAX_ACTIONS = 5_000;

/** Actions that the workflows of a source tree use. They ran where it was built or tested, not in the image. */
export const githubActions: Detector = {
  id: "github-actions",
  wants: {
    suffixes: [".yml", ".yaml"],
    accepts: (path) => WORKFLOW.test(path) && notBundled(path),
    maxBytes: MB,
  },
  parse({ bytes }): Detection {
    const found = new Map<string, FoundPackage>();
    for (const [, namespace = "", name = "", reference = "", comment] of bytes.toString("utf8").matchAll(USES)) {
      if (found.size >= MAX_ACTIONS) break;
      const version = COMMIT.test(reference) && comment ? comment : reference;
      found.set(`${namespace}/${name}@${version}`, { type: "github", namespace, name, version, scope: "development" });
    }
    return { packages: [...found.values()], problems: [] };
  },
};
