import { DEFAULT_RETRY, type RetryPolicy } from "@tidewaiter/runtime";

/** Every bound of the registry client. Times in milliseconds, sizes in bytes. */
export interface RegistryLimits {
  /** Calls for listings, manifests and HEADs that run at once against one host. */
  readonly callsPerHost: number;
  /** Blob bodies that are open at once from one host. */
  readonly blobsPerHost: number;
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  /** Longest silence inside a body. */
  readonly idleTimeoutMs: number;
  /** Slowest that a blob may come, over each window; waiting for our own reader does not count. */
  readonly minBytesPerSecond: number;
  readonly rateWindowMs: number;
  /** Longest wait for a token server. */
  readonly tokenTimeoutMs: number;
  readonly maxManifestBytes: number;
  readonly maxConfigBytes: number;
  readonly maxPageBytes: number;
  readonly maxErrorBytes: number;
  readonly maxTokenBytes: number;
  readonly maxRedirects: number;
  /** Pages of one listing, after which a registry is taken to go round in circles. */
  readonly pageBudget: number;
  readonly catalogPageSize: number;
  readonly tagPageSize: number;
  /** Index inside index inside index ... */
  readonly indexDepth: number;
  /** Share of a pull quota that is left to others: pulls stop when less remains. */
  readonly quotaReserve: number;
  readonly retry: RetryPolicy;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** Reference, sections 3.3 to 3.6. */
export const DEFAULT_LIMITS: RegistryLimits = {
  callsPerHost: 8,
  blobsPerHost: 3,
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
  minBytesPerSecond: 1_024,
  rateWindowMs: 60_000,
  tokenTimeoutMs: 30_000,
  maxManifestBytes: 4 * MIB,
  maxConfigBytes: 16 * MIB,
  maxPageBytes: 32 * MIB,
  maxErrorBytes: 64 * KIB,
  maxTokenBytes: 64 * KIB,
  maxRedirects: 5,
  pageBudget: 10_000,
  catalogPageSize: 100,
  tagPageSize: 1_000,
  indexDepth: 4,
  quotaReserve: 0.1,
  retry: DEFAULT_RETRY,
};
