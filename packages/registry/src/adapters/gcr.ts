import type { AdapterContext, AdapterDefinition, RegistryAdapter } from "./adapter.ts";
import { type GoogleAccess, googleCredentials } from "./google-credentials.ts";
import { treeTags, walkTree } from "./google-tree.ts";

/** gcr.io names: the catalog may lead to a web page, so the tree of folders below the project is walked. */
export const gcr: AdapterDefinition = { type: "gcr", defaultHost: "gcr.io", credentials: googleCredentials(createGcr) };

function createGcr(context: AdapterContext, { projectId }: GoogleAccess): RegistryAdapter {
  return {
    listRepositories: (signal) => walkTree(context, context.base.namespace || projectId, signal),
    listTagsWithMetadata: (repository, signal) => treeTags(context, repository, signal),
  };
}
