import { bdbBlobs, isBdbHash } from "../formats/rpm-bdb.ts";
import { parseRpmHeader } from "../formats/rpm-header.ts";
import { isNdb, ndbBlobs } from "../formats/rpm-ndb.ts";
import { sqliteBlobs } from "../formats/rpm-sqlite.ts";
import { isSqlite } from "../formats/sqlite.ts";
import { type Detection, type Detector, type FoundPackage, type FoundProblem, MB, NOTHING } from "./detector.ts";

const FOLDERS = ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"];
const FILES = ["Packages", "Packages.db", "rpmdb.sqlite"];

/** Installed RPM packages, from any of rpm's three data bases: Berkeley DB, ndb and SQLite. */
export const rpm: Detector = {
  id: "rpm",
  wants: { paths: FOLDERS.flatMap((folder) => FILES.map((file) => `${folder}/${file}`)), maxBytes: 512 * MB },
  parse({ bytes }): Detection {
    const packages: FoundPackage[] = [];
    const problems: FoundProblem[] = [];
    try {
      for (const blob of blobsOf(bytes)) readBlob(blob, packages, problems);
    } catch (error) {
      problems.push({ reason: reasonOf(error) });
    }
    return { packages, problems };
  },
};

/** A log beside the SQLite data base holds what was written last; it is not applied, so the report has to say so. */
export const rpmLog: Detector = {
  id: "rpm-log",
  wants: { paths: FOLDERS.map((folder) => `${folder}/rpmdb.sqlite-wal`), maxBytes: 512 * MB },
  parse({ bytes }) {
    if (bytes.length === 0) return NOTHING;
    return {
      ...NOTHING,
      problems: [{ reason: "the rpm data base was not closed: packages written last may be missing" }],
    };
  },
};

function blobsOf(bytes: Buffer): Iterable<Buffer> {
  if (isSqlite(bytes)) return sqliteBlobs(bytes);
  if (bytes.length > 32 && isNdb(bytes)) return ndbBlobs(bytes);
  if (isBdbHash(bytes)) return bdbBlobs(bytes);
  throw new RangeError("no rpm data base of a known kind");
}

function readBlob(blob: Buffer, packages: FoundPackage[], problems: FoundProblem[]): void {
  try {
    const found = parseRpmHeader(blob);
    if (found) packages.push(found);
  } catch (error) {
    problems.push({ reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unreadable";
}
