import { createHash } from "node:crypto";
import type { FileFact } from "./layer-facts.ts";
import { baseNameOf } from "./paths.ts";
import type { BodyReader, TarEntry } from "./tar-walk.ts";

/** Facts of this name hold a digest by which the vendor's service knows the file. */
export const FILE_DIGEST = "file-digest";

const ELF = "\x7fELF";
const MAGIC_BYTES = 4;

interface Kind {
  readonly algorithm: "sha1" | "sha256";
  /** First bytes without which the file is something else. */
  readonly magic: string;
}

/** The vendor asks for the SHA-256 of Node's and Java's programs, and for the SHA-1 of archives, as Maven Central has it. */
function kindOf({ path, sparse }: TarEntry): Kind | undefined {
  if (sparse) return undefined;
  if (path.endsWith(".jar")) return { algorithm: "sha1", magic: "PK" };
  const name = baseNameOf(path);
  return name === "node" || name === "java" ? { algorithm: "sha256", magic: ELF } : undefined;
}

/** Digests a body that passes where its kind is one of those, and lets `reader` see as much as it wants. */
export function withDigest(
  entry: TarEntry,
  reader: BodyReader | undefined,
  add: (fact: FileFact) => void,
): BodyReader | undefined {
  const kind = kindOf(entry);
  if (!kind) return reader;
  const hash = createHash(kind.algorithm);
  let [inner, magic] = [reader, ""];
  return {
    push: (bytes) => {
      if (magic.length < MAGIC_BYTES) magic += bytes.toString("latin1", 0, MAGIC_BYTES);
      hash.update(bytes);
      if (inner && !inner.push(bytes)) {
        inner.end();
        inner = undefined;
      }
      return true;
    },
    end: () => {
      inner?.end();
      if (!magic.startsWith(kind.magic)) return;
      const notes = { digest: `${kind.algorithm}:${hash.digest("hex")}` };
      add({ path: entry.path, detector: FILE_DIGEST, detection: { packages: [], problems: [], notes } });
    },
  };
}
