/**
 * Tables of the agent, for SQLite and PostgreSQL alike: SQLite takes BIGINT for a whole number and keeps bytes in a
 * BYTEA column as they are. Never change one that was released.
 */
export const AGENT_MIGRATIONS: readonly string[] = [
  `
CREATE TABLE scans (
  connection TEXT NOT NULL, scan_id TEXT NOT NULL, attempt BIGINT NOT NULL, nonce TEXT NOT NULL,
  job_id TEXT NOT NULL, state TEXT NOT NULL, repository TEXT NOT NULL, reference TEXT NOT NULL, platform TEXT,
  callback TEXT, credential BYTEA, joined_to TEXT, digest TEXT, tag_digest TEXT,
  error_code TEXT, error_message TEXT,
  created_at BIGINT NOT NULL, started_at BIGINT, finished_at BIGINT,
  PRIMARY KEY (connection, scan_id)
);
CREATE UNIQUE INDEX scans_by_job ON scans (job_id);
CREATE INDEX scans_by_join ON scans (joined_to);
CREATE INDEX scans_by_state ON scans (state, finished_at);
CREATE TABLE scan_digests (
  connection TEXT NOT NULL, digest TEXT NOT NULL, job_id TEXT NOT NULL, PRIMARY KEY (connection, digest)
);
CREATE INDEX scan_digests_by_job ON scan_digests (job_id);
CREATE TABLE parcels (
  id TEXT NOT NULL PRIMARY KEY, connection TEXT NOT NULL, scan_id TEXT, attempt BIGINT,
  callback TEXT, state TEXT NOT NULL, tries BIGINT NOT NULL DEFAULT 0, status BIGINT, reason TEXT,
  created_at BIGINT NOT NULL, settled_at BIGINT
);
CREATE INDEX parcels_by_scan ON parcels (connection, scan_id);
CREATE INDEX parcels_by_state ON parcels (state, settled_at);
CREATE TABLE parcel_messages (
  parcel TEXT NOT NULL, seq BIGINT NOT NULL, path TEXT NOT NULL, body BYTEA, sent_at BIGINT,
  PRIMARY KEY (parcel, seq)
);
`,
  `
CREATE TABLE hooks (
  id TEXT NOT NULL PRIMARY KEY, connection TEXT NOT NULL, type TEXT NOT NULL, secret BYTEA, callback TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE tag_marks (
  connection TEXT NOT NULL, repository TEXT NOT NULL, tag TEXT NOT NULL, hook TEXT NOT NULL, callback TEXT NOT NULL,
  created_at BIGINT NOT NULL, PRIMARY KEY (connection, repository, tag)
);
CREATE INDEX tag_marks_by_hook ON tag_marks (hook);
CREATE TABLE tag_digests (
  connection TEXT NOT NULL, repository TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL,
  PRIMARY KEY (connection, repository, tag)
);
`,
];
