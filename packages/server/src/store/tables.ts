import type { ErrorCode } from "@tidewaiter/runtime";
import type { Role } from "../api/contract/route.ts";

/** Times are milliseconds since the epoch, flags 0 or 1, JSON stands in text: the same on both engines. */
type Time = number;
type Flag = 0 | 1;
type Json = string;

export interface Tables {
  settings: { key: string; value: Json };
  users: {
    id: string;
    name: string;
    /** Lower case, so that names differ by more than case. */
    name_key: string;
    role: Role;
    password_hash: string | null;
    oidc_subject: string | null;
    connections: Json | null;
    is_disabled: Flag;
    created_at: Time;
    last_seen_at: Time | null;
  };
  links: {
    id: string;
    hash: string;
    role: Role;
    connections: Json | null;
    is_first: Flag;
    created_by: string;
    expires_at: Time;
  };
  sessions: { hash: string; user_id: string; created_at: Time; expires_at: Time; last_seen_at: Time };
  api_keys: {
    id: string;
    name: string;
    hash: string;
    hint: string;
    role: Role;
    scopes: Json;
    connections: Json | null;
    created_by: string;
    created_at: Time;
    expires_at: Time | null;
    last_used_at: Time | null;
  };
  audit: {
    id: string;
    at: Time;
    actor: string;
    action: string;
    target: string;
    connection_id: string | null;
    address: string;
    detail: Json;
  };
  connections: {
    id: string;
    name: string;
    type: string;
    options: Json;
    allow_mode: string;
    schedule: Json | null;
    next_run_at: Time | null;
    poll_seconds: number | null;
    next_poll_at: Time | null;
    created_at: Time;
    last_connected_at: Time | null;
    lost_at: Time | null;
    last_check: Json | null;
    hook_id: string | null;
  };
  tokens: {
    id: string;
    connection_id: string;
    hash: string;
    fingerprint: string;
    created_at: Time;
    expires_at: Time | null;
    last_used_at: Time | null;
  };
  listings: {
    connection_id: string;
    /** Empty for the list of repositories. */
    repository: string;
    fetched_at: Time;
    is_complete: Flag;
  };
  listed_repositories: { connection_id: string; repository: string };
  listed_tags: {
    connection_id: string;
    repository: string;
    tag: string;
    digest: string | null;
    size_bytes: number | null;
    pushed_at: Time | null;
    platforms: Json;
  };
  rules: {
    id: string;
    connection_id: string;
    repository: string;
    include: Json;
    exclude: Json;
    newest: number | null;
    created_at: Time;
    last_run_at: Time | null;
    last_error: string | null;
  };
  projects: {
    id: string;
    connection_id: string;
    repository: string;
    reference: string;
    state: string;
    error: Json | null;
    image_id: string | null;
    active_scan_id: string | null;
    rule_id: string | null;
    is_signed: Flag | null;
    imported_at: Time;
    /** The NEW mark goes at this time, or when somebody opens the page. */
    new_until: Time;
    scanned_at: Time | null;
    schedule: Json | null;
    next_run_at: Time | null;
    state_identifier: string | null;
    /** Copied from the image, so that lists need no join: rank of the worst remaining severity, null without data. */
    worst: number | null;
    is_fixable: Flag;
    found: Json | null;
    remaining: Json | null;
    coverage: string | null;
    matched_at: Time | null;
  };
  images: {
    id: string;
    connection_id: string;
    repository: string;
    digest: string;
    inventory_id: string;
    first_seen_at: Time;
    worst: number | null;
    is_fixable: Flag;
    remaining: Json | null;
  };
  inventories: {
    id: string;
    digest: string;
    analyser: string;
    /** zstd of the inventory's JSON. */
    body: Uint8Array;
    platform: string;
    size_bytes: number;
    packages: number;
    problems: number;
    operating_system: Json | null;
    /** diffIds (or digests) of the layers, bottom first. */
    layers: Json;
    created_at: Time;
    /** zstd of the findings' JSON; null before the first match. */
    findings: Uint8Array | null;
    found: Json | null;
    coverage: string | null;
    coverage_rows: Json | null;
    matched_at: Time | null;
    /** Which advisory data the findings were computed with. */
    generation: string | null;
  };
  /** What `packLookupKeys` makes of an inventory: tells whether an update of the advisories concerns it. */
  inventory_keys: { inventory_id: string; keys: Uint8Array };
  /** The narrow rows behind lists over all images; the full finding stands in `inventories.findings`. */
  findings: {
    inventory_id: string;
    seq: number;
    severity: number;
    advisory: string;
    package: string;
    version: string;
    purl: string;
    fixed_version: string | null;
    is_fixable: Flag;
    is_known_exploited: Flag;
    issue_key: string;
  };
  /** A finding's identity, which survives a rebuild: connection, repository, package and advisory group. */
  issues: { connection_id: string; repository: string; issue_key: string; first_seen_at: Time };
  tag_history: {
    id: string;
    project_id: string;
    digest: string;
    tag_digest: string | null;
    image_id: string;
    seen_at: Time;
  };
  imports: {
    id: string;
    connection_id: string;
    state: string;
    created_by: string;
    created_at: Time;
    finished_at: Time | null;
    /** Rules whose tags are still being listed. */
    rules_left: number;
    /** The server that lists them. */
    owner: string | null;
  };
  scans: {
    id: string;
    connection_id: string;
    project_id: string;
    import_id: string | null;
    repository: string;
    reference: string;
    state: string;
    trigger: string;
    attempt: number;
    /** When to ask whether the agent still has it; far away before it was sent (attempt 0). */
    lease_until: Time;
    /** The wall-clock limit of the whole scan. */
    deadline_at: Time;
    queued_at: Time;
    started_at: Time | null;
    finished_at: Time | null;
    progress_at: Time | null;
    phase: string | null;
    layers_done: number;
    layers_total: number;
    bytes_done: number;
    bytes_total: number;
    bytes_fetched: number | null;
    worker: string | null;
    image_id: string | null;
    digest: string | null;
    error: Json | null;
  };
  allow_entries: {
    id: string;
    connection_id: string | null;
    advisory: string;
    package: string | null;
    reason: string;
    created_by: string;
    created_at: Time;
    expires_at: Time | null;
  };
  channels: {
    id: string;
    name: string;
    kind: string;
    url: string;
    secret: string | null;
    events: Json;
    connection_id: string | null;
    is_enabled: Flag;
    created_at: Time;
  };
  deliveries: {
    id: string;
    channel_id: string;
    event: string;
    /** One event is delivered once for each channel. */
    dedupe_key: string;
    payload: Json;
    state: string;
    attempts: number;
    status: number | null;
    error: string | null;
    created_at: Time;
    next_attempt_at: Time;
    finished_at: Time | null;
  };
  /** Sums over the projects of a connection, for the overview. */
  connection_totals: { connection_id: string; projects: number; without_data: number; found: Json; remaining: Json };
  daily_totals: { day: string; connection_id: string; counts: Json };
  /** Servers that share this store. Times are the database's, so that their clocks need not agree. */
  replicas: { id: string; slot: number; url: string; advisories: string | null; lease_until: Time };
  /** Which of them holds which broker client. */
  tunnels: { replica_id: string; connection_id: string; client_id: string; client: Json };
  dockerfiles: { connection_id: string; repository: string; text: string; updated_at: Time };
}

/** A stored error of a scan. */
export interface StoredProblem {
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  readonly likely?: string;
  readonly action?: string;
}
