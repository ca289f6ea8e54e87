const BUNDLED =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|bower_components)\/|\/(?:registry\/src|gems\/[^/]+-\d[^/]*|\.cargo\/git)\/|(?:^|\/)vendor\/[^/]+\/[^/]+\//;

/**
 * True within an installed package: a lock file there was shipped by the package's author and says nothing of what the
 * image has.
 */
export function isBundled(path: string): boolean {
  return BUNDLED.test(path);
}

/** For lock files that only count outside installed packages. */
export const notBundled = (path: string): boolean => !isBundled(path);
