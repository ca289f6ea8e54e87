import { z } from "zod";

/** Responses by HTTP POST (protocol 1.7b), as the client and as the server say it. */
export const POST_STREAMS = "post-streams";
export const RECEIVE_POST_STREAMS = "receive-post-streams";
/** Ours: small messages as binary frames, large bodies over HTTP; a peer without it ignores the name. */
export const TIDEWAITER_STREAMS = "tidewaiter-streams-1";

/** Between ends of ours: the agent's own authorization on a callback, since ours carries the token. */
export const FORWARDED_AUTHORIZATION = "x-tidewaiter-forwarded-authorization";

const capabilities = z.array(z.string().max(128)).max(64);
const optionalText = z.string().max(256).optional().catch(undefined);

const metadataSchema = z.object({
  version: optionalText,
  capabilities: capabilities.optional().catch(undefined),
  clientId: optionalText,
  role: optionalText,
  filters: z.unknown().optional(),
  clientConfig: z.record(z.string(), z.unknown()).optional().catch(undefined),
  preflightChecks: z.array(z.unknown()).max(64).optional().catch(undefined),
});

/** What a client says of itself; nothing in it is trusted. */
export interface ClientIdentity {
  readonly token: string;
  readonly version: string | undefined;
  readonly capabilities: readonly string[] | undefined;
  readonly clientId: string | undefined;
  readonly role: string | undefined;
  readonly filters: unknown;
  readonly preflightChecks: readonly unknown[] | undefined;
}

/** Reads a client's identify; undefined when it names no token. Very old clients send the bare token. */
export function parseClientIdentity(value: unknown): ClientIdentity | undefined {
  if (typeof value === "string" && value !== "") return identity(value, {});
  if (value === null || typeof value !== "object") return undefined;
  const { token, metadata } = value as { token?: unknown; metadata?: unknown };
  if (typeof token !== "string" || token === "") return undefined;
  const parsed = metadataSchema.safeParse(metadata);
  return identity(token, parsed.success ? parsed.data : {});
}

function identity(token: string, metadata: Partial<z.output<typeof metadataSchema>>): ClientIdentity {
  return {
    token: token.toLowerCase(),
    version: metadata.version,
    capabilities: metadata.capabilities,
    clientId: metadata.clientId,
    role: metadata.role,
    filters: metadata.filters,
    preflightChecks: metadata.preflightChecks,
  };
}

/** The capabilities of a server; none when its identify cannot be read. */
export function parseServerCapabilities(value: unknown): readonly string[] {
  const parsed = z.object({ capabilities }).safeParse(value);
  return parsed.success ? parsed.data.capabilities : [];
}

export type VersionVerdict = "good" | "old" | "refused";

/**
 * A client's version against the cut-offs: below `minimal` it is refused, below `recommended` warned. `local` passes;
 * what is no version counts as unidentified and is refused.
 */
export function judgeVersion(version: string, minimal: string, recommended: string): VersionVerdict {
  if (version === "local") return "good";
  const parts = versionParts(version);
  if (!parts || isBelow(parts, versionParts(minimal) ?? [])) return "refused";
  return isBelow(parts, versionParts(recommended) ?? []) ? "old" : "good";
}

function versionParts(version: string): number[] | undefined {
  const match = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+].*)?$/.exec(version);
  return match ? match.slice(1, 4).map(Number) : undefined;
}

function isBelow(version: readonly number[], limit: readonly number[]): boolean {
  for (const [index, part] of version.entries()) {
    const other = limit[index] ?? 0;
    if (part !== other) return part < other;
  }
  return false;
}
