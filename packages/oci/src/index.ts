export { createDigestHash, type Digest, type DigestAlgorithm, digestOf, isDigest, parseDigest } from "./digest.ts";
export {
  choosePlatform,
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  type IndexEntry,
  imageEntries,
  isImage,
  type PlatformChoice,
  parseManifest,
} from "./manifest.ts";
export { MANIFEST_ACCEPT, MEDIA_TYPES } from "./media-types.ts";
export { DEFAULT_PLATFORM, formatPlatform, type Platform, parsePlatform, platformFit } from "./platform.ts";
export { formatReference, isRepository, isTag, parseReference, type Reference } from "./reference.ts";
