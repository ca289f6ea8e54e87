/** Version of the table layout; a file of another one is not read. */
export const STORE_SCHEMA = 2;

/**
 * One file holds everything. A package stands in one row with the rules of all its records, so that one look-up answers
 * for it; `link` is clustered by id, so that the records of an alias are found the same way.
 */
export const CREATE_TABLES = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE ecosystem (name TEXT PRIMARY KEY, records INTEGER NOT NULL, newest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE package (
  ecosystem TEXT NOT NULL,
  name TEXT NOT NULL,
  fingerprint INTEGER NOT NULL,
  rules TEXT NOT NULL,
  PRIMARY KEY (ecosystem, name)
) WITHOUT ROWID;
CREATE TABLE advisory (
  id INTEGER PRIMARY KEY,
  osv TEXT NOT NULL,
  modified TEXT NOT NULL,
  kind INTEGER NOT NULL,
  withdrawn TEXT,
  linked INTEGER NOT NULL DEFAULT 0,
  facts TEXT NOT NULL
);
CREATE TABLE link (
  id TEXT NOT NULL,
  advisory INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  PRIMARY KEY (id, advisory, kind)
) WITHOUT ROWID;
CREATE TABLE exploited (cve TEXT PRIMARY KEY, added TEXT NOT NULL, due TEXT, ransomware INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE epss (cve TEXT PRIMARY KEY, score REAL NOT NULL, percentile REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE state (
  ecosystem TEXT NOT NULL,
  name TEXT NOT NULL,
  cve TEXT NOT NULL,
  state TEXT,
  urgency TEXT,
  PRIMARY KEY (ecosystem, name, cve)
) WITHOUT ROWID;
CREATE TABLE change (ecosystem TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (ecosystem, name)) WITHOUT ROWID;
`;

/** Marks the records that share an id with a record of another name, so that all others need no look at their aliases. */
export const MARK_LINKED = `
UPDATE advisory SET linked = 1 WHERE id IN (
  SELECT one.advisory FROM link AS one JOIN link AS other ON other.id = one.id
  WHERE other.advisory <> one.advisory AND other.kind < 2
)`;

/** Kinds of `link` rows. */
export const LINK = { self: 0, alias: 1, upstream: 2 } as const;
