import type { RegistryConnection, RegistryType, TagMetadata } from "@tidewaiter/contract";
import type { Logger } from "@tidewaiter/runtime";
import type { CredentialSource } from "../auth/credential.ts";
import type { TokenCache } from "../auth/token-cache.ts";
import type { RegistryBase } from "../base-url.ts";
import type { Distribution } from "../distribution/distribution.ts";
import type { Transport } from "../http/transport.ts";
import type { RegistryLimits } from "../limits.ts";
import type { Registry } from "../registry.ts";
import type { VendorApi, VendorApiOptions } from "../vendor-api.ts";

/** What an adapter stands on. */
export interface AdapterContext {
  readonly connection: RegistryConnection;
  readonly base: RegistryBase;
  readonly core: Distribution;
  readonly credentials: CredentialSource;
  /** For tokens of vendor APIs as well. */
  readonly tokens: TokenCache;
  readonly limits: RegistryLimits;
  readonly log: Logger;
  /** A client for the vendor's own API. */
  api(options: VendorApiOptions): VendorApi;
}

/** What a registry does otherwise than the specification. What is left out, the core does. */
export interface RegistryAdapter {
  /** @throws {BrokerError} CATALOG_UNSUPPORTED */
  listRepositories?(signal?: AbortSignal): AsyncIterable<readonly string[]>;
  listTags?(repository: string, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  listTagsWithMetadata?(repository: string, signal?: AbortSignal): AsyncIterable<readonly TagMetadata[]>;
}

export interface CredentialContext {
  readonly connection: RegistryConnection;
  readonly base: RegistryBase;
  readonly limits: RegistryLimits;
  readonly transport: Transport;
  readonly tokens: TokenCache;
  readonly log: Logger;
}

/** Credentials that must be made first, by a vendor's own service. */
export interface MintedCredentials extends CredentialSource {
  /** CR_BASE as that service names it. */
  base?(signal?: AbortSignal): Promise<string>;
  /** For adapters whose listing needs what the credentials are made from. */
  create?(context: AdapterContext): RegistryAdapter;
}

/** What looks like a registry and speaks another language altogether. */
export interface ForeignDefinition {
  readonly type: RegistryType;
  createRegistry(connection: RegistryConnection): Registry;
}

/** A registry type: one file each. */
export interface AdapterDefinition {
  readonly type: RegistryType;
  /** Called when CR_BASE is empty. */
  readonly defaultHost?: string;
  readonly aliases?: readonly string[];
  /** Whether a path of CR_BASE belongs before `/v2/`; it stands in front of repository names otherwise. */
  readonly isPrefix?: (path: string) => boolean;
  /** Token servers on hosts of another owner. */
  readonly tokenHosts?: readonly string[];
  /** Hosts that a redirect leads to when there is nothing behind it, with what that means. */
  readonly deadEnds?: Readonly<Record<string, string>>;
  readonly limits?: Partial<RegistryLimits>;
  /** A repository as people write it, made whole where the connection names no namespace. */
  readonly completeRepository?: (repository: string) => string;
  /** For types whose credentials are not a user name and a password as they stand. */
  readonly credentials?: (context: CredentialContext) => MintedCredentials;
  /** Host before any call, for types whose connection has none. */
  readonly hostOf?: (connection: RegistryConnection) => string | undefined;
  readonly create?: (context: AdapterContext) => RegistryAdapter;
}
