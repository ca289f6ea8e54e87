import { baseNameOf } from "../layer/paths.ts";
import { isProgramText } from "./program-texts.ts";
import { isKnownProgram } from "./programs.ts";

const METADATA =
  /(?:^|\/)(?:package\.json|METADATA|PKG-INFO|[^/]*\.egg-info|[^/]*\.gemspec|installed\.json|DESCRIPTION|release|[^/]*\.(?:jar|war|ear|deps\.json|app|php|conf|json))$/;
const PROGRAM = /(?:^|\/)(?:s?bin|libexec|games|lib|lib64|opt)\/(?:.*\/)?[^/.]+(?:[.-][\d.]+)?$/;
const LIBRARY = /\.so(?:\.[\d.]+)?$/;

/** Longer than any path that a system call takes. */
const MAX_PATH = 4096;

/**
 * True for files that some detector could take for a package of its own. Lists of owned files are cut down to these:
 * of the 60,000 paths of a large image they leave a few thousand.
 */
export function isOwnable(path: string): boolean {
  if (path.length > MAX_PATH) return false;
  return (
    METADATA.test(path) ||
    PROGRAM.test(path) ||
    LIBRARY.test(path) ||
    isKnownProgram(baseNameOf(path)) ||
    isProgramText(path)
  );
}
