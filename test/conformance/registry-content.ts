import {
  type BuiltManifest,
  buildImage,
  buildIndex,
  buildLayer,
  createContent,
  type RegistryContent,
} from "@tidewaiter/sample-registry";

/** What every registry under test holds, below one namespace. */
export interface SampleContent {
  readonly content: RegistryContent;
  readonly amd64: BuiltManifest;
  readonly arm64: BuiltManifest;
  readonly index: BuiltManifest;
  /** Full names as the registry knows them. */
  readonly app: string;
  readonly manyTags: string;
  readonly repositories: readonly string[];
}

export interface ContentOptions {
  /** Put in front of every name: an owner, a project. */
  readonly namespace: string;
  /** Whether names may have more than one part below it. */
  readonly isNested?: boolean;
  readonly repositoryCount?: number;
  readonly tagCount?: number;
}

/** An image for two platforms, one in Docker's types, a repository of many tags and enough others to fill pages. */
export async function buildSampleContent(options: ContentOptions): Promise<SampleContent> {
  const { namespace, isNested = true, repositoryCount = 120, tagCount = 130 } = options;
  const base = await buildLayer({ "etc/os-release": "ID=debian\n", "var/data": pseudoRandom(150_000) });
  const layers = [base, await buildLayer({ "app/main": pseudoRandom(40_000) })];
  const amd64 = buildImage(layers);
  const arm64 = buildImage(layers.slice(0, 1), { platform: { os: "linux", architecture: "arm64", variant: "v8" } });
  const index = buildIndex([
    { image: amd64, platform: { os: "linux", architecture: "amd64" } },
    { image: arm64, platform: { os: "linux", architecture: "arm64", variant: "v8" } },
  ]);
  const content = createContent();
  const app = `${namespace}/${isNested ? "tools/app" : "tools-app"}`;
  const manyTags = `${namespace}/many-tags`;
  content.push(app, "1.0", index);
  content.push(app, "docker", buildImage(layers, { isDocker: true }));
  for (let number = 0; number < tagCount; number += 1) content.push(manyTags, `v${number}`, number % 2 ? amd64 : index);
  for (let number = 0; number < repositoryCount; number += 1) content.push(`${namespace}/r${number}`, "latest", amd64);
  return { content, amd64, arm64, index, app, manyTags, repositories: content.repositories() };
}

/** Bytes that do not compress, always the same. */
function pseudoRandom(length: number): Uint8Array {
  let state = length;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}
