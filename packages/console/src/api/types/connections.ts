import type { Page, Schedule, Time } from "./common.ts";

export const REGISTRY_TYPES = [
  "artifactory-cr",
  "harbor-cr",
  "acr",
  "gcr",
  "ecr",
  "google-artifact-cr",
  "docker-hub",
  "quay-cr",
  "nexus-cr",
  "github-cr",
  "digitalocean-cr",
  "gitlab-cr",
  "ncr",
  "oci",
  "docker-daemon",
] as const;
export type RegistryType = (typeof REGISTRY_TYPES)[number];
export const ALLOW_MODES = ["common", "replace", "merge"] as const;
export type AllowMode = (typeof ALLOW_MODES)[number];

export interface ConnectionOptions {
  registryBase?: string;
  clientUrl?: string;
  agentUrl?: string;
  serverUrl?: string;
  isPlainHttp?: boolean;
  hasAccount?: boolean;
  roleArn?: string;
  region?: string;
  platforms?: string[];
}

export interface LiveClient {
  clientId: string;
  version: string;
  address: string;
  transport: "websocket" | "polling";
  isTidewaiter: boolean;
  connectedAt: Time;
  inFlight: number;
  sockets: number;
  mostSockets: number;
}

export interface Connection {
  id: string;
  name: string;
  type: RegistryType;
  options: ConnectionOptions;
  state: "waiting" | "connected" | "down";
  clients: number;
  projects: number;
  createdAt: Time;
  lastConnectedAt: Time | null;
  lastCheck: { ok: boolean; at: Time; code: string | null } | null;
  schedule: Schedule | null;
  nextRunAt: Time | null;
  allowMode: AllowMode;
  /** True when the registry has an address to tell pushes to. */
  hasHook: boolean;
  pollSeconds: number | null;
}
export type ConnectionWithClients = Connection & { liveClients: LiveClient[] };

/** The address for a registry's webhook settings; the secret is shown once. */
export interface Hook {
  path: string;
  url: string | null;
  secret: string;
}

export interface Token {
  id: string;
  fingerprint: string;
  createdAt: Time;
  expiresAt: Time | null;
  lastUsedAt: Time | null;
}
export interface Issued {
  token: string;
  tokenId: string;
  commands: { client: string; agent: string; compose: string };
}
export type Created = Issued & { connection: Connection };

export const HOPS = ["client", "agent", "dns", "tcp", "tls", "auth", "list", "pull"] as const;
export interface CheckHop {
  hop: (typeof HOPS)[number];
  verdict: "pass" | "warn" | "fail" | "skipped";
  durationMs: number;
  fact?: string;
  code?: string;
  message?: string;
  likely?: string;
  action?: string;
}
export interface ConnectionCheck {
  ok: boolean;
  registry: string | null;
  hops: CheckHop[];
  warnings: string[];
  checkedAt: Time;
}

export interface RegistryTypeInfo {
  type: RegistryType;
  label: string;
  baseExample: string | null;
  fields: { variable: string; label: string; isSecret: boolean; isRequired: boolean; hint: string }[];
  canList: boolean;
  notes: string[];
}

interface Listing {
  fetchedAt: Time;
  isComplete: boolean;
}
export interface RepositoryRow {
  repository: string;
  imported: number;
}
export type RepositoriesPage = Page<RepositoryRow> & Listing;
export interface TagRow {
  tag: string;
  digest: string | null;
  sizeBytes: number | null;
  pushedAt: Time | null;
  platforms: string[];
  projectId: string | null;
}
export type TagsPage = Page<TagRow> & Listing;
