import type { Draft, ImageDraft } from "../overlay/draft.ts";

/** Detectors of lock files whose installed packages lie elsewhere in the image, and the detector that sees those. */
const INSTALLED_BY: Readonly<Record<string, string>> = {
  "python-toml-lock": "python-dist",
  "pipfile-lock": "python-dist",
  requirements: "python-dist",
  "gemfile-lock": "gemspec",
  "composer-lock": "composer-installed",
};
/** Share of a lock file's packages that must be there before the lock file counts as installed. */
const INSTALLED_SHARE = 0.5;

/**
 * A lock file whose packages are mostly installed was installed: then what is there counts, and the lock file only tells
 * which of it is for development. Otherwise it stands as it is.
 */
export function resolveLocked(draft: ImageDraft): ImageDraft {
  const installed = new Map<string, Set<string>>();
  for (const entry of draft.packages) {
    const names = installed.get(entry.detector) ?? new Set();
    installed.set(entry.detector, names.add(nameKey(entry)));
  }
  const locked = draft.packages.filter(({ detector }) => Object.hasOwn(INSTALLED_BY, detector));
  const dropped = new Set<Draft>();
  const scopes = new Map<string, "production" | "development">();
  for (const entries of Map.groupBy(locked, ({ locations }) => locations[0]?.path).values()) {
    if (!isInstalled(entries, installed)) continue;
    for (const entry of entries) {
      dropped.add(entry);
      const key = scopeKey(INSTALLED_BY[entry.detector] ?? "", entry);
      if (entry.found.scope && scopes.get(key) !== "production") scopes.set(key, entry.found.scope);
    }
  }
  const packages = draft.packages
    .filter((entry) => !dropped.has(entry))
    .map((entry) => {
      const scope = scopes.get(scopeKey(entry.detector, entry));
      return scope ? { ...entry, found: { ...entry.found, scope } } : entry;
    });
  return { ...draft, packages };
}

function isInstalled(entries: readonly Draft[], installed: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const wanted = entries.filter(({ found }) => found.scope !== "development");
  const present = wanted.filter((entry) => installed.get(INSTALLED_BY[entry.detector] ?? "")?.has(nameKey(entry)));
  return wanted.length > 0 && present.length >= wanted.length * INSTALLED_SHARE;
}

function scopeKey(detector: string, entry: Draft): string {
  return `${detector} ${nameKey(entry)}`;
}

function nameKey({ found }: Draft): string {
  return `${found.namespace ?? ""}/${found.name}@${found.version}`;
}
