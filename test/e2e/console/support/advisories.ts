import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of OSV records about npm packages, which a test changes as time goes on. */
export interface AdvisoryFolder {
  readonly path: string;
  /** `name` below `fixed` is affected. */
  publish(id: string, name: string, fixed: string, severity: string): Promise<void>;
  remove(): Promise<void>;
}

export async function createAdvisories(): Promise<AdvisoryFolder> {
  const path = await mkdtemp(join(tmpdir(), "console-advisories-"));
  await mkdir(join(path, "npm"));
  return {
    path,
    async publish(id, name, fixed, severity) {
      const record = {
        schema_version: "1.6.0",
        id,
        modified: new Date().toISOString(),
        published: "2026-01-01T00:00:00Z",
        summary: `<b>${name}</b> before ${fixed} reads too far`,
        affected: [
          {
            package: { ecosystem: "npm", name },
            ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }],
          },
        ],
        references: [{ type: "WEB", url: "https://advisories.example/1" }],
        database_specific: { severity },
      };
      await writeFile(join(path, "npm", `${id}.json`), JSON.stringify(record));
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
