import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuiltManifest } from "@tidewaiter/sample-registry";

/** Writes an image as an OCI layout folder (OCI image specification, "Image Layout"), for tools that push one. */
export function writeOciLayout(folder: string, image: BuiltManifest, tag: string): void {
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeBlobs(folder, image);
  const annotations = { "org.opencontainers.image.ref.name": tag };
  writeFileSync(
    join(folder, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...image.descriptor, annotations }] }),
  );
}

function writeBlobs(folder: string, { descriptor, bytes, blobs, children }: BuiltManifest): void {
  for (const [digest, content] of [...blobs, [descriptor.digest, bytes] as const]) {
    writeFileSync(join(folder, "blobs", ...digest.split(":")), content);
  }
  for (const child of children) writeBlobs(folder, child);
}
