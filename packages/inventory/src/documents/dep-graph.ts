import type { Inventory, Package } from "../model.ts";
import { dependencyIds, fullName, identify } from "./identifiers.ts";

type Json = Readonly<Record<string, unknown>>;

export interface DepGraphRoot {
  readonly name: string;
  readonly version?: string;
}

export interface DepGraphOptions {
  /** Of the distribution, as `distributionAlias` gives it. */
  readonly alias?: string;
  /** What hangs on a package's node. */
  readonly labelsOf?: (entry: Package) => Readonly<Record<string, string>>;
}

const SYSTEM: ReadonlySet<string> = new Set(["deb", "apk", "rpm"]);

/**
 * Packages as a dep graph of schema 1.3.0, the vendor's JSON form. What nothing else needs hangs on the root; a package
 * that stands twice on one path is cut there, since the form allows no cycles among nodes.
 */
export function toDepGraph(
  packages: readonly Package[],
  manager: string,
  root: DepGraphRoot,
  { alias, labelsOf }: DepGraphOptions = {},
): Json {
  const all = identify(packages);
  const needs = dependencyIds(all);
  const entries = new Map(all.map(({ id, entry }) => [id, entry]));
  const names = new Map(all.map(({ id, entry }) => [id, `${vendorName(entry)}@${entry.version}`]));
  const { order, edges } = acyclic([...entries.keys()], needs);
  const needed = new Set([...edges.values()].flat());
  const rootId = `${root.name}@${root.version ?? ""}`;
  const top = order.filter((id) => !needed.has(id));
  const nodeIds = uniqueNodes(order, names);
  const node = (id: string): Json => ({
    nodeId: nodeIds.get(id),
    pkgId: names.get(id),
    ...labelled(entries.get(id), labelsOf),
    deps: (edges.get(id) ?? []).map((target) => ({ nodeId: nodeIds.get(target) })),
  });
  const pkgs = new Map(order.map((id) => [names.get(id) ?? id, toInfo(entries.get(id), names.get(id) ?? id)]));
  return {
    schemaVersion: "1.3.0",
    pkgManager: { name: manager, ...(alias && { repositories: [{ alias }] }) },
    pkgs: [{ id: rootId, info: { name: root.name, ...(root.version && { version: root.version }) } }, ...pkgs.values()],
    graph: {
      rootNodeId: "root-node",
      nodes: [
        { nodeId: "root-node", pkgId: rootId, deps: top.map((id) => ({ nodeId: nodeIds.get(id) })) },
        ...order.map(node),
      ],
    },
  };
}

/** OS packages go by `source/binary` where the two differ, apk always; the others by their own full name. */
export function vendorName(entry: Package): string {
  if (!SYSTEM.has(entry.type)) return fullName(entry);
  const source = entry.source?.name;
  return source && (source !== entry.name || entry.type === "apk") ? `${source}/${entry.name}` : entry.name;
}

function toInfo({ version, purl }: Package = EMPTY, id: string): Json {
  const name = id.slice(0, id.length - version.length - 1);
  return { id, info: { name, version, purl } };
}

const EMPTY: Package = { type: "generic", name: "", version: "", purl: "", locations: [{ path: "" }] };

function labelled(entry: Package | undefined, labelsOf: DepGraphOptions["labelsOf"]): { info?: Json } {
  const labels = entry ? labelsOf?.(entry) : undefined;
  return labels && Object.keys(labels).length > 0 ? { info: { labels } } : {};
}

/** Two packages that differ in architecture only share a package id but not a node. */
function uniqueNodes(order: readonly string[], names: ReadonlyMap<string, string>): Map<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    order.map((id) => {
      const name = names.get(id) ?? id;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [id, count === 1 ? name : `${name}|${count}`];
    }),
  );
}

/** Depth first without recursion; an edge back to a package that is still open would close a cycle and is left out. */
function acyclic(
  ids: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
): { order: string[]; edges: Map<string, string[]> } {
  const edges = new Map<string, string[]>();
  const open = new Set<string>();
  const order: string[] = [];
  for (const start of ids) {
    const stack = edges.has(start) ? [] : [{ id: start, next: 0 }];
    while (stack.length > 0) {
      const frame = stack[stack.length - 1];
      if (!frame) break;
      if (frame.next === 0 && !edges.has(frame.id)) {
        edges.set(frame.id, []);
        open.add(frame.id);
        order.push(frame.id);
      }
      const target = needs.get(frame.id)?.[frame.next];
      frame.next += 1;
      if (target === undefined) {
        open.delete(frame.id);
        stack.pop();
      } else if (!open.has(target)) {
        edges.get(frame.id)?.push(target);
        if (!edges.has(target)) stack.push({ id: target, next: 0 });
      }
    }
  }
  return { order, edges };
}

/** The alias that the vendor's matching goes by: `debian:12`, `alpine:3.20.1`. Debian's point releases share one. */
export function distributionAlias({ operatingSystem }: Inventory): string | undefined {
  if (!operatingSystem) return undefined;
  const { id, versionId = "" } = operatingSystem;
  return `${id}:${id === "debian" ? versionId.replace(/\..*$/, "") : versionId}`;
}
