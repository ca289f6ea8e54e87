import { readFileSync } from "node:fs";

/** The product's version, from this package's own manifest. */
export function productVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return manifest && typeof manifest === "object" && "version" in manifest ? String(manifest.version) : "0.0.0";
}
