import type { OperatingSystem } from "@tidewaiter/inventory";
import { type Detector, NOTHING } from "./detector.ts";

/** The distribution's name card: `KEY=value` lines, values quoted as in a shell (os-release(5)). */
export const osRelease: Detector = {
  id: "os-release",
  wants: { paths: ["etc/os-release", "usr/lib/os-release"], maxBytes: 64 * 1024 },
  parse({ bytes }) {
    const fields = parseShellPairs(bytes.toString("utf8"));
    const id = fields.get("ID")?.toLowerCase();
    if (!id) return { ...NOTHING, problems: [{ reason: "os-release without ID" }] };
    const operatingSystem: Partial<OperatingSystem> = {
      id: id.slice(0, 64),
      ...pick("versionId", fields.get("VERSION_ID"), 64),
      ...pick("codename", fields.get("VERSION_CODENAME"), 64),
      ...pick("prettyName", fields.get("PRETTY_NAME"), 256),
      ...pick("cpeName", fields.get("CPE_NAME"), 256),
      ...idLike(fields.get("ID_LIKE")),
    };
    return { ...NOTHING, operatingSystem };
  },
};

/** `KEY=value`, with single or double quotes and backslashes; comments and what is no pair are passed over. */
export function parseShellPairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = line.match(/^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/);
    if (match?.[1] !== undefined && match[2] !== undefined) pairs.set(match[1], unquote(match[2].trim()));
  }
  return pairs;
}

function unquote(value: string): string {
  const quoted = value.match(/^'([^']*)'$/)?.[1];
  if (quoted !== undefined) return quoted;
  return (value.match(/^"(.*)"$/s)?.[1] ?? value).replace(/\\(.)/gs, "$1");
}

function pick<K extends string>(key: K, value: string | undefined, max: number): Partial<Record<K, string>> {
  return value ? ({ [key]: value.slice(0, max) } as Record<K, string>) : {};
}

function idLike(text: string | undefined): { idLike?: string[] } {
  const ids = (text ?? "").split(/\s+/).filter((id) => id !== "");
  return ids.length > 0 ? { idLike: ids.slice(0, 16).map((id) => id.slice(0, 64)) } : {};
}
