import type { BuiltManifest } from "./image-builder.ts";

interface Repository {
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, BuiltManifest>;
  readonly blobs: Map<string, Uint8Array>;
}

/** What a registry holds. Blobs belong to repositories, as in a real one. */
export interface RegistryContent {
  /** Adds a manifest with all that it refers to and points the tag at it. */
  push(repository: string, tag: string | undefined, manifest: BuiltManifest): void;
  removeTag(repository: string, tag: string): void;
  repositories(): string[];
  tags(repository: string): string[] | undefined;
  /** By tag or digest. */
  manifest(repository: string, reference: string): BuiltManifest | undefined;
  blob(repository: string, digest: string): Uint8Array | undefined;
}

export function createContent(): RegistryContent {
  const repositories = new Map<string, Repository>();
  const add = (repository: Repository, manifest: BuiltManifest): void => {
    repository.manifests.set(manifest.descriptor.digest, manifest);
    for (const [digest, bytes] of manifest.blobs) repository.blobs.set(digest, bytes);
    for (const child of manifest.children) add(repository, child);
  };
  return {
    push(name, tag, manifest) {
      const repository = repositories.get(name) ?? { tags: new Map(), manifests: new Map(), blobs: new Map() };
      repositories.set(name, repository);
      add(repository, manifest);
      if (tag) repository.tags.set(tag, manifest.descriptor.digest);
    },
    removeTag: (name, tag) => void repositories.get(name)?.tags.delete(tag),
    repositories: () => [...repositories.keys()].sort(),
    tags(name) {
      const repository = repositories.get(name);
      return repository && [...repository.tags.keys()].sort();
    },
    manifest(name, reference) {
      const repository = repositories.get(name);
      return repository?.manifests.get(repository.tags.get(reference) ?? reference);
    },
    blob: (name, digest) => repositories.get(name)?.blobs.get(digest),
  };
}
