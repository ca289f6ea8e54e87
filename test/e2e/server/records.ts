import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuiltManifest, buildImage, buildLayer } from "@tidewaiter/sample-registry";

const MODIFIED = "2026-01-01T00:00:00Z";

/** An npm advisory in OSV form: every version before `fixed` is affected. */
export function npmAdvisory(id: string, name: string, fixed: string, severity = "CRITICAL") {
  return {
    schema_version: "1.6.0",
    id,
    modified: MODIFIED,
    published: MODIFIED,
    summary: `A flaw in ${name}`,
    affected: [
      {
        package: { ecosystem: "npm", name },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }],
      },
    ],
    database_specific: { severity },
  };
}

/** Writes advisories into a folder that the server imports. */
export async function writeAdvisories(folder: string, records: readonly { readonly id: string }[]): Promise<void> {
  const npm = join(folder, "npm");
  await mkdir(npm, { recursive: true });
  for (const record of records) await writeFile(join(npm, `${record.id}.json`), JSON.stringify(record));
}

/** An image with npm packages only, such as `{ left-pad: "1.0.0" }`. */
export async function npmImage(packages: Readonly<Record<string, string>>): Promise<BuiltManifest> {
  const files = Object.entries(packages).map(([name, version]) => [
    `app/node_modules/${name}/package.json`,
    JSON.stringify({ name, version }),
  ]);
  return buildImage([await buildLayer(Object.fromEntries(files))]);
}
