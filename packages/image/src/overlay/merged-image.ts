import type { Detection } from "../detectors/detector.ts";
import type { PathIndex } from "../detectors/path-index.ts";
import type { FileFact, LayerFacts, LinkFact } from "../layer/layer-facts.ts";
import { pathSetHas } from "../layer/path-set.ts";
import { folderOf } from "../layer/paths.ts";
import { type Alias, type Hides, hidingOf } from "./hiding.ts";
import { resolveParents, resolvePath } from "./links.ts";

/** A file of the merged image that a detector read. */
export interface MergedFact extends FileFact {
  /** Index of the layer that holds the file. */
  readonly layer: number;
  /** What lower layers had at the same path, newest first; empty where the file was new. */
  readonly earlier: readonly { readonly layer: number; readonly detection: Detection }[];
}

/** A file that has to be read for a link's sake: nobody wanted it by its own name. */
export interface MissingFile {
  readonly layer: number;
  readonly path: string;
  /** The wanted name that leads to it. */
  readonly as: string;
}

/** The image as a container would see it, as far as detectors have read it. */
export interface MergedImage {
  readonly facts: readonly MergedFact[];
  readonly missing: readonly MissingFile[];
  /** The real path behind links; undefined for a loop. */
  resolve(path: string): string | undefined;
  /** Index of the layer whose file is seen at a real path, of any kind. */
  layerOf(path: string): number | undefined;
}

type Link = LinkFact & { readonly layer: number };
type Key = string;

/** Puts layers upon each other, bottom first. Files that were read for a link's sake come in `extras`. */
export function mergeLayers(
  layers: readonly LayerFacts[],
  index: PathIndex,
  extras: readonly (FileFact & { readonly layer: number })[] = [],
): MergedImage {
  const facts = new Map<Key, MergedFact>();
  const links = new Map<string, Link>();
  const hiders: Hides[] = [];
  for (const [number, layer] of layers.entries()) {
    const hides = hidingOf(layer, aliasesOf(links));
    hiders.push(hides);
    const replaced = new Map<Key, MergedFact>();
    for (const [key, fact] of facts) {
      if (!hides(fact.path)) continue;
      facts.delete(key);
      replaced.set(key, fact);
    }
    const lower = new Map(links);
    for (const path of lower.keys()) if (hides(path)) links.delete(path);
    // Links first: what a tar names through a link of the same layer lands behind it as well.
    for (const link of layer.links) {
      if (!link.isHard) links.set(realPath(link.path, links), { ...link, layer: number });
    }
    for (const fact of factsOf(layer, index)) {
      addFact(facts, replaced, { ...fact, path: realPath(fact.path, links) }, number);
    }
  }
  const layerOf = layerFinder(layers, hiders);
  for (const extra of extras) addFact(facts, new Map(), extra, extra.layer);
  const resolve = (path: string): string | undefined => resolvePath(path, links);
  const view = { facts: [...facts.values()], resolve, layerOf };
  return { ...view, missing: findMissing(layers, index, links, view) };
}

function realPath(path: string, links: ReadonlyMap<string, Link>): string {
  return resolveParents(path, links);
}

function keyOf({ path, detector }: FileFact): Key {
  return `${detector}\0${path}`;
}

/** A layer's own facts, and those of hard links to them: a link lives on when the name that was read is removed. */
function factsOf(layer: LayerFacts, index: PathIndex): readonly FileFact[] {
  const hardLinks = layer.links.filter(({ isHard }) => isHard);
  if (hardLinks.length === 0) return layer.files;
  const byPath = Map.groupBy(layer.files, ({ path }) => path);
  const linked = hardLinks.flatMap(({ path, target }) => {
    const wanted = index.match(path);
    const found = wanted.length > 0 ? (byPath.get(target) ?? []) : [];
    return found.filter(({ detector }) => wanted.some(({ id }) => id === detector)).map((fact) => ({ ...fact, path }));
  });
  return [...layer.files, ...linked];
}

function addFact(
  facts: Map<Key, MergedFact>,
  replaced: ReadonlyMap<Key, MergedFact>,
  { path, detector, detection }: FileFact,
  layer: number,
): void {
  const key = keyOf({ path, detector, detection });
  const before = replaced.get(key);
  const earlier = before ? [{ layer: before.layer, detection: before.detection }, ...before.earlier] : [];
  facts.set(key, { path, detector, detection, layer, earlier });
}

/** Other names of a path, by way of links to folders above it. */
function aliasesOf(links: ReadonlyMap<string, Link>): (path: string) => readonly Alias[] {
  const byTarget = new Map<string, string[]>();
  for (const path of links.keys()) {
    const real = resolvePath(path, links);
    if (real !== undefined && real !== "") byTarget.set(real, [...(byTarget.get(real) ?? []), path]);
  }
  if (byTarget.size === 0) return () => [];
  return (path) => {
    const names: Alias[] = [];
    for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) {
      for (const link of byTarget.get(folder) ?? []) names.push({ link, path: `${link}${path.slice(folder.length)}` });
    }
    return names;
  };
}

/** Looks from the top for the layer that has a file or link at a path, and stops where one takes it away. */
function layerFinder(layers: readonly LayerFacts[], hiders: readonly Hides[]): MergedImage["layerOf"] {
  return (path) => {
    for (let number = layers.length - 1; number >= 0; number -= 1) {
      const layer = layers[number];
      if (layer && pathSetHas(layer.leaves, path)) return number;
      if (hiders[number]?.(path)) return undefined;
    }
    return undefined;
  };
}

/** Wanted names that are links to files which nobody has read. */
function findMissing(
  layers: readonly LayerFacts[],
  index: PathIndex,
  links: ReadonlyMap<string, Link>,
  view: Omit<MergedImage, "missing">,
): MissingFile[] {
  const read = new Set(view.facts.map(({ path }) => path));
  const missing: MissingFile[] = [];
  const add = (name: string, target: string | undefined): void => {
    if (target === undefined || target === name || read.has(target) || read.has(name)) return;
    const layer = view.layerOf(target);
    if (layer !== undefined) missing.push({ layer, path: target, as: name });
  };
  const names = [...links.keys()].filter((path) => index.match(path).length > 0);
  for (const name of new Set([...names, ...index.exactPaths])) add(name, view.resolve(name));
  for (const [number, layer] of layers.entries()) {
    for (const { path, target, isHard } of layer.links) {
      if (isHard && view.layerOf(path) === number && index.match(path).length > 0)
        add(path, hardTarget(layers, number, target));
    }
  }
  return missing;

  function hardTarget(all: readonly LayerFacts[], number: number, target: string): string | undefined {
    return all.slice(0, number + 1).some(({ leaves }) => pathSetHas(leaves, target)) ? target : undefined;
  }
}
