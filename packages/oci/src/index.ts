export { choosePlatform, imageEntries, type PlatformChoice } from "./choose-platform.ts";
export { createDigestHash, type Digest, type DigestAlgorithm, digestOf, isDigest, parseDigest } from "./digest.ts";
export {
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  type IndexEntry,
  isImage,
  parseManifest,
} from "./manifest.ts";
export { MANIFEST_ACCEPT, MEDIA_TYPES } from "./media-types.ts";
export { DEFAULT_PLATFORM, formatPlatform, type Platform, parsePlatform, platformFit } from "./platform.ts";
export { formatReference, isRepository, isTag, parseReference, type Reference } from "./reference.ts";
