import type { FoundPackage } from "../detectors/detector.ts";
import { folderOf } from "../layer/paths.ts";
import type { Draft, ImageDraft } from "../overlay/draft.ts";

const SCOPELESS: ReadonlySet<string> = new Set(["yarn-lock", "bun-lock"]);

interface Project {
  readonly production: readonly string[];
  readonly development: readonly string[];
}

/**
 * Tells development packages apart in lock files that do not: what the project's own production dependencies do not
 * lead to, and its development ones do, is for development. By name, so that a doubt falls on the side of production.
 */
export function resolveNodeScopes(draft: ImageDraft): ImageDraft {
  const projects = projectsByFolder(draft);
  if (projects.size === 0) return draft;
  const locked = Map.groupBy(
    draft.packages.filter(({ detector }) => SCOPELESS.has(detector)),
    ({ locations }) => folderOf(locations[0]?.path ?? ""),
  );
  const development = new Set<Draft>();
  for (const [folder, entries] of locked) {
    const project = projects.get(folder);
    if (!project) continue;
    const [needed, extra] = [reach(project.production, entries), reach(project.development, entries)];
    for (const entry of entries) {
      const name = fullName(entry.found);
      if (!needed.has(name) && extra.has(name)) development.add(entry);
    }
  }
  const packages = draft.packages.map((entry) =>
    development.has(entry) ? { ...entry, found: { ...entry.found, scope: "development" as const } } : entry,
  );
  return { ...draft, packages };
}

/** Workspaces add to their root: their members lock in its file. */
function projectsByFolder({ image }: ImageDraft): ReadonlyMap<string, Project> {
  const projects = new Map<string, Project>();
  for (const { path, detection } of image.facts) {
    const [production, development] = [detection.notes?.production, detection.notes?.development];
    if (Array.isArray(production) && Array.isArray(development))
      projects.set(folderOf(path), { production, development });
  }
  return projects;
}

function reach(names: readonly string[], entries: readonly Draft[]): ReadonlySet<string> {
  const needs = Map.groupBy(entries, ({ found }) => fullName(found));
  const pending = [...names];
  const seen = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { found } of needs.get(name) ?? []) pending.push(...(found.dependsOn ?? []));
  }
  return seen;
}

function fullName({ namespace, name }: FoundPackage): string {
  return namespace ? `${namespace}/${name}` : name;
}
