import { rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { type Clock, openDatabase, systemClock, transact } from "@tidewaiter/runtime";
import { ANALYSER_VERSION } from "./analyser-version.ts";
import type { LayerFacts } from "./layer/layer-facts.ts";

/** Facts of layers that were read before, by digest. Only verified facts go in. */
export interface LayerCache {
  /** `isOwn` is false when another connection put it there: then this one has to show that it may read the blob. */
  get(digest: string, connection: string): { readonly facts: LayerFacts; readonly isOwn: boolean } | undefined;
  put(facts: LayerFacts, connection: string): void;
  /** Notes that this connection was allowed to read the blob. */
  grant(digest: string, connection: string): void;
  close(): void;
}

export interface LayerCacheOptions {
  /** Stored bytes after which the least recently used layers go. */
  readonly maxBytes?: number;
  /** Facts of another version are never given out. */
  readonly analyser?: string;
  readonly clock?: Clock;
}

const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024;
/** What a single layer's facts may unpack to: guards against a damaged row. */
const MAX_FACTS_BYTES = 512 * 1024 * 1024;
const MIGRATIONS = [
  `CREATE TABLE layers (
     digest TEXT NOT NULL, analyser TEXT NOT NULL, facts BLOB NOT NULL, size INTEGER NOT NULL, used_at INTEGER NOT NULL,
     PRIMARY KEY (digest, analyser)
   );
   CREATE INDEX layers_by_use ON layers (used_at);
   CREATE TABLE grants (
     digest TEXT NOT NULL, connection TEXT NOT NULL, PRIMARY KEY (digest, connection)
   ) WITHOUT ROWID;
   CREATE TABLE total (bytes INTEGER NOT NULL);
   INSERT INTO total VALUES (0);`,
];

/**
 * Opens a cache file, `:memory:` for one process only. It holds nothing that cannot be read again, so a damaged file is
 * thrown away and begun anew.
 */
export function openLayerCache(path: string, options: LayerCacheOptions = {}): LayerCache {
  const { maxBytes = DEFAULT_MAX_BYTES, analyser = ANALYSER_VERSION, clock = systemClock } = options;
  return new SqliteLayerCache(openOrRenew(path), { maxBytes, analyser, clock });
}

function openOrRenew(path: string): DatabaseSync {
  try {
    return openDatabase(path, { migrations: MIGRATIONS });
  } catch {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
    return openDatabase(path, { migrations: MIGRATIONS });
  }
}

class SqliteLayerCache implements LayerCache {
  readonly #database: DatabaseSync;
  readonly #options: Required<LayerCacheOptions>;

  constructor(database: DatabaseSync, options: Required<LayerCacheOptions>) {
    this.#database = database;
    this.#options = options;
  }

  get(digest: string, connection: string): { facts: LayerFacts; isOwn: boolean } | undefined {
    const { analyser, clock } = this.#options;
    const row = this.#database
      .prepare("UPDATE layers SET used_at = ? WHERE digest = ? AND analyser = ? RETURNING facts")
      .get(clock.now(), digest, analyser);
    const facts = row?.facts instanceof Uint8Array ? unpack(row.facts) : undefined;
    if (!facts) {
      if (row) this.#remove(digest, analyser);
      return undefined;
    }
    const isOwn = this.#database
      .prepare("SELECT 1 AS own FROM grants WHERE digest = ? AND connection = ?")
      .get(digest, connection);
    return { facts, isOwn: isOwn !== undefined };
  }

  put(facts: LayerFacts, connection: string): void {
    const { analyser, clock, maxBytes } = this.#options;
    const bytes = zstdCompressSync(serialize(facts));
    if (bytes.length > maxBytes) return;
    transact(this.#database, () => {
      this.#remove(facts.digest, analyser);
      this.#database
        .prepare("INSERT INTO layers (digest, analyser, facts, size, used_at) VALUES (?, ?, ?, ?, ?)")
        .run(facts.digest, analyser, bytes, bytes.length, clock.now());
      this.#addToTotal(bytes.length);
      this.grant(facts.digest, connection);
      this.#makeRoom(facts.digest);
    });
  }

  grant(digest: string, connection: string): void {
    this.#database.prepare("INSERT OR IGNORE INTO grants (digest, connection) VALUES (?, ?)").run(digest, connection);
  }

  close(): void {
    this.#database.close();
  }

  /** The least recently used go first; what was just put in stays. */
  #makeRoom(kept: string): void {
    while (this.#totalBytes() > this.#options.maxBytes) {
      const row = this.#database
        .prepare("SELECT digest, analyser FROM layers WHERE digest <> ? ORDER BY used_at LIMIT 1")
        .get(kept);
      if (!row) return;
      this.#remove(String(row.digest), String(row.analyser));
      this.#database.prepare("DELETE FROM grants WHERE digest = ?").run(String(row.digest));
    }
  }

  #remove(digest: string, analyser: string): void {
    const row = this.#database
      .prepare("DELETE FROM layers WHERE digest = ? AND analyser = ? RETURNING size")
      .get(digest, analyser);
    if (row) this.#addToTotal(-Number(row.size));
  }

  #addToTotal(bytes: number): void {
    this.#database.prepare("UPDATE total SET bytes = bytes + ?").run(bytes);
  }

  #totalBytes(): number {
    return Number(this.#database.prepare("SELECT bytes FROM total").get()?.bytes ?? 0);
  }
}

function unpack(bytes: Uint8Array): LayerFacts | undefined {
  try {
    return deserialize(zstdDecompressSync(bytes, { maxOutputLength: MAX_FACTS_BYTES })) as LayerFacts;
  } catch {
    return undefined;
  }
}
