/** Goes into inventories and cache keys. Raised whenever the same bytes may give other packages. */
export const ANALYSER_VERSION = "4";
