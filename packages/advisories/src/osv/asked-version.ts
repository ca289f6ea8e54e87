import { readVersion, type Version, type VersionScheme } from "../versions/scheme.ts";

/** A version that many ranges are asked about: read once in its ecosystem's scheme, and in another when a range is in that. */
export interface AskedVersion {
  readonly text: string;
  in(scheme: VersionScheme<unknown>): Version<unknown>;
}

export function askVersion(ecosystem: VersionScheme<unknown>, text: string): AskedVersion {
  const own = readVersion(ecosystem, text);
  let other: { readonly scheme: VersionScheme<unknown>; readonly version: Version<unknown> } | undefined;
  return {
    text,
    in(scheme) {
      if (scheme === ecosystem) return own;
      if (other?.scheme !== scheme) other = { scheme, version: readVersion(scheme, text) };
      return other.version;
    },
  };
}
