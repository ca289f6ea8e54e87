export { createContent, type RegistryContent } from "./content.ts";
export { type BuiltManifest, buildImage, buildIndex, type ImageOptions } from "./image-builder.ts";
export { type BuiltLayer, buildLayer, type Compression, type LayerEntry, layerFromTar } from "./layer-builder.ts";
export { type RegistryAppOptions, registryApp } from "./registry-app.ts";
export { createSamples, SAMPLE_IMAGES } from "./samples.ts";
