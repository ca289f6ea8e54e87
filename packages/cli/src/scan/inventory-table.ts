import type { Attached, Inventory, InventoryProblem, Package, PackageType } from "@tidewaiter/inventory";
import { printableLine } from "@tidewaiter/runtime";

const MAX_PROBLEMS = 50;

/** The inventory for people: what it is, packages grouped by type with counts, and what could not be read. */
export function formatInventory(inventory: Inventory, title: string): string {
  const { image, operatingSystem, layers, packages, problems } = inventory;
  const system =
    operatingSystem?.prettyName ?? [operatingSystem?.id, operatingSystem?.versionId].filter(Boolean).join(" ");
  const head = [
    ["Image", title],
    ["Digest", image.digest],
    ["Platform", image.platform],
    ["System", system || "not known"],
    ["Layers", `${layers.length}, ${(image.sizeBytes / 1_000_000).toFixed(1)} MB stored`],
    ...(image.baseImage ? [["Base", image.baseImage.name ?? image.baseImage.digest]] : []),
    ...(image.attached ? [["Attached", attachedText(image.attached)]] : []),
  ].map(([key = "", value = ""]) => `${key.padEnd(9)} ${printableLine(value)}`);
  return [...head, "", ...packageLines(packages), ...problemLines(problems), ""].join("\n");
}

/** Seen, not verified: so it says "attached" and not "signed". */
function attachedText(attached: readonly Attached[]): string {
  const kinds = [...Map.groupBy(attached, ({ kind }) => kind)];
  return kinds.map(([kind, members]) => `${members.length} ${kind}`).join(", ") || "nothing";
}

function packageLines(packages: readonly Package[]): string[] {
  if (packages.length === 0) return ["No packages found."];
  const groups = [...Map.groupBy(packages, ({ type }) => type)].sort(([, a], [, b]) => b.length - a.length);
  return groups.flatMap(([type, members]) => [heading(type, members), ...rows(members), ""]);
}

function heading(type: PackageType, members: readonly Package[]): string {
  const development = members.filter(({ scope }) => scope === "development").length;
  const owned = members.filter(({ ownedBy }) => ownedBy).length;
  const remarks = [
    ...(development > 0 ? [`${development} for development`] : []),
    ...(owned > 0 ? [`${owned} part of system packages`] : []),
  ];
  return `${type}  ${members.length}${remarks.length > 0 ? `  (${remarks.join(", ")})` : ""}`;
}

function rows(members: readonly Package[]): string[] {
  const names = members.map((entry) => printableLine(displayName(entry)));
  const width = Math.min(50, Math.max(...names.map((name) => name.length)));
  return members.map(({ version, scope, ownedBy }, index) => {
    const remark = ownedBy ? "  system" : scope === "development" ? "  development" : "";
    return `  ${(names[index] ?? "").padEnd(width)}  ${printableLine(version || "no version")}${remark}`;
  });
}

function displayName({ type, namespace, name, architecture }: Package): string {
  if (type === "deb" || type === "apk" || type === "rpm") return architecture ? `${name} (${architecture})` : name;
  return namespace ? `${namespace}${type === "maven" ? ":" : "/"}${name}` : name;
}

function problemLines(problems: readonly InventoryProblem[]): string[] {
  if (problems.length === 0) return [];
  const shown = problems
    .slice(0, MAX_PROBLEMS)
    .map(({ code, path, reason }) => `  ${code}  ${printableLine(path ?? "")}  ${printableLine(reason)}`);
  const rest = problems.length - shown.length;
  return [`Could not be read  ${problems.length}`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}
