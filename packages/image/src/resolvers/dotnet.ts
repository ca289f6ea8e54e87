import { dotnetDeps } from "../detectors/dotnet.ts";
import { peVersion } from "../detectors/pe-version.ts";
import { folderOf } from "../layer/paths.ts";
import type { ImageDraft } from "../overlay/draft.ts";

/**
 * An assembly at or below the folder of a `deps.json` came with what that lists: its own version resource would count
 * it again, and often with the version of the file instead of the package.
 */
export function resolveDotnet(draft: ImageDraft): ImageDraft {
  if (!draft.packages.some(({ detector }) => detector === peVersion.id)) return draft;
  const folders = new Set(
    draft.image.facts.filter(({ detector }) => detector === dotnetDeps.id).map(({ path }) => folderOf(path)),
  );
  const packages = draft.packages.filter(
    ({ detector, locations }) => detector !== peVersion.id || !isBelow(locations[0]?.path ?? "", folders),
  );
  return { ...draft, packages };
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) if (folders.has(folder)) return true;
  return false;
}
