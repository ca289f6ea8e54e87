import {
  DEFAULT_PLATFORM,
  formatReference,
  type Platform,
  parsePlatform,
  parseReference,
  type Reference,
} from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";

const KINDS = ["oci-archive", "docker-archive", "oci", "docker-daemon"] as const;
type Kind = (typeof KINDS)[number];

/** What a user asked to have scanned. */
export type ScanTarget =
  | { readonly kind: "registry"; readonly reference: Reference; readonly name: string; readonly tag: string }
  | {
      readonly kind: Kind;
      readonly path: string;
      readonly image?: string;
      readonly name: string;
      readonly tag?: string;
    };

/**
 * Reads `[registry/]repository[:tag][@digest]`, or `oci-archive:file`, `docker-archive:file`, `oci:folder` (each with an
 * optional `:image` after the path) or `docker-daemon:name`.
 *
 * @throws {BrokerError} REFERENCE_INVALID or INPUT_INVALID.
 */
export function parseTarget(text: string): ScanTarget {
  const kind = KINDS.find((prefix) => text.startsWith(`${prefix}:`));
  if (!kind) return registryTarget(parseReference(text));
  const rest = text.slice(kind.length + 1);
  if (rest === "") throw new BrokerError("INPUT_INVALID", `${kind}: without a path or name`);
  if (kind === "docker-daemon") return { kind, path: rest, name: rest };
  const colon = rest.indexOf(":");
  const [path, image] = colon < 0 ? [rest, undefined] : [rest.slice(0, colon), rest.slice(colon + 1)];
  return { kind, path, ...(image && { image, tag: image }), name: path.slice(path.lastIndexOf("/") + 1) };
}

function registryTarget(reference: Reference): ScanTarget {
  const { tag, digest, ...named } = reference;
  return { kind: "registry", reference, name: formatReference(named), tag: tag ?? digest ?? "latest" };
}

/** @throws {BrokerError} INPUT_INVALID for what is no platform. */
export function readPlatform(text: string | undefined): Platform {
  if (text === undefined) return DEFAULT_PLATFORM;
  const platform = parsePlatform(text);
  if (platform) return platform;
  throw new BrokerError(
    "INPUT_INVALID",
    `--platform: ${JSON.stringify(text.slice(0, 64))} is not os/architecture[/variant]`,
  );
}
