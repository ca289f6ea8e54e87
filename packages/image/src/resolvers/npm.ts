import { folderOf } from "../layer/paths.ts";
import type { Draft, ImageDraft } from "../overlay/draft.ts";

const HIDDEN_LOCK = "node_modules/.package-lock.json";

/**
 * A lock file beside a node_modules folder says which installed modules are for development, and nothing about what is
 * there: what it locked but nobody installed is left out. Without the folder it is all there is, and stands.
 */
export function resolveNpm(draft: ImageDraft): ImageDraft {
  const roots = installedRoots(draft.packages);
  const isLock = ({ detector }: Draft): boolean => LOCKS.has(detector);
  const locked = draft.packages.filter(isLock);
  const scopes = scopesByRoot(locked);
  const packages = draft.packages.flatMap((entry) => {
    if (isLock(entry)) return hasInstalled(entry, roots) ? [] : [entry];
    if (entry.detector !== "node-modules") return [entry];
    const scope = scopes.get(rootOf(pathOf(entry)))?.get(nameKey(entry));
    return [scope ? { ...entry, found: { ...entry.found, scope } } : entry];
  });
  return { ...draft, packages };
}

/** Detectors whose packages are locked, not seen. */
const LOCKS: ReadonlySet<string> = new Set(["npm-lock", "yarn-lock", "pnpm-lock", "bun-lock"]);

type Scopes = Map<string, Map<string, "production" | "development">>;

function installedRoots(packages: readonly Draft[]): ReadonlySet<string> {
  return new Set(packages.filter(({ detector }) => detector === "node-modules").map((entry) => rootOf(pathOf(entry))));
}

/** A package that is wanted for production by any lock file of the root is not a development one. */
function scopesByRoot(locked: readonly Draft[]): Scopes {
  const scopes: Scopes = new Map();
  for (const entry of locked) {
    const { scope } = entry.found;
    if (!scope) continue;
    const root = lockRoot(pathOf(entry));
    const names = scopes.get(root) ?? new Map();
    scopes.set(root, names);
    if (names.get(nameKey(entry)) !== "production") names.set(nameKey(entry), scope);
  }
  return scopes;
}

function hasInstalled(entry: Draft, roots: ReadonlySet<string>): boolean {
  return roots.has(lockRoot(pathOf(entry)));
}

/** The project that a module is installed for: all before the first `node_modules`. */
function rootOf(path: string): string {
  const at = path.startsWith("node_modules/") ? 0 : path.indexOf("/node_modules/");
  return at < 0 ? folderOf(path) : path.slice(0, at);
}

function lockRoot(path: string): string {
  return path.endsWith(HIDDEN_LOCK) ? path.slice(0, -HIDDEN_LOCK.length).replace(/\/$/, "") : folderOf(path);
}

function pathOf({ locations }: Draft): string {
  return locations[0]?.path ?? "";
}

function nameKey({ found }: Draft): string {
  return `${found.namespace ?? ""}/${found.name}@${found.version}`;
}
