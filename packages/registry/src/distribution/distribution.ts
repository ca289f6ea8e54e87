import type { RegistryConnection } from "@tidewaiter/contract";
import { createRedactor, type Logger } from "@tidewaiter/runtime";
import { createAuthorizer } from "../auth/authorizer.ts";
import type { CredentialSource } from "../auth/credential.ts";
import type { TokenCache } from "../auth/token-cache.ts";
import type { HostGate } from "../http/host-gate.ts";
import type { Transport } from "../http/transport.ts";
import type { UrlPolicy } from "../http/url-policy.ts";
import type { RegistryLimits } from "../limits.ts";
import type { Referrer } from "../registry.ts";
import { type Blobs, createBlobs } from "./blobs.ts";
import { createForeignLayers } from "./foreign-layer.ts";
import { createListing, type Listing } from "./listing.ts";
import { createManifests, type Manifests } from "./manifests.ts";
import { listReferrers } from "./referrers.ts";
import { createSession, type Session } from "./session.ts";

export interface DistributionContext {
  readonly connection: RegistryConnection;
  readonly rootOf: (signal?: AbortSignal) => Promise<URL>;
  readonly policy: UrlPolicy;
  readonly credentials: CredentialSource;
  readonly transport: Transport;
  readonly tokens: TokenCache;
  readonly gate: HostGate;
  readonly limits: RegistryLimits;
  readonly log: Logger;
}

/** The distribution specification's client: what every adapter stands on. */
export interface Distribution {
  readonly session: Session;
  readonly manifests: Manifests;
  readonly blobs: Blobs;
  readonly listing: Listing;
  referrers(repository: string, digest: string, signal?: AbortSignal): Promise<readonly Referrer[]>;
  rootOf(signal?: AbortSignal): Promise<URL>;
  /** The token server that the last challenge named. */
  realm(): URL | undefined;
  /** Takes this connection's secrets out of text. */
  scrub(text: string): string;
}

export function createDistribution(context: DistributionContext): Distribution {
  const { connection, rootOf, transport, tokens, gate, limits, log, policy } = context;
  const redactor = createRedactor();
  redactor.add(connection.password, connection.apiToken, connection.externalId);
  const scrub = redactor.text;
  const authorizer = createAuthorizer(context.credentials, tokens, {
    transport,
    policy,
    scrub,
    retryPolicy: limits.retry,
    timeoutMs: limits.tokenTimeoutMs,
    maxBytes: limits.maxTokenBytes,
  });
  const session = createSession({ transport, authorizer, gate, policy, limits, log, scrub });
  const manifests = createManifests(session, rootOf, limits, log);
  const foreign = createForeignLayers({ isAllowed: connection.allowsForeignLayers, transport, policy, limits });
  return {
    session,
    rootOf,
    scrub,
    realm: authorizer.realm,
    manifests,
    blobs: createBlobs({ session, rootOf, gate, foreign, limits }),
    referrers: (repository, digest, signal) =>
      listReferrers(repository, digest, { session, manifests, rootOf, limits }, signal),
    listing: createListing({ session, authorizer, rootOf, limits }),
  };
}
