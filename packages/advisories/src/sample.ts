import { fileURLToPath } from "node:url";
import { type BuildReport, buildAdvisoryStore } from "./feeds/build.ts";

/** Folder of the small set of real advisories that comes with the code; its terms and contents stand in its README. */
export const SAMPLE_ADVISORIES = fileURLToPath(new URL("../data/", import.meta.url));

/** Builds a database from the sample set: enough for the sample images, nowhere near enough for anything else. */
export function buildSampleStore(path: string): BuildReport {
  return buildAdvisoryStore(path, { sources: [SAMPLE_ADVISORIES] });
}
