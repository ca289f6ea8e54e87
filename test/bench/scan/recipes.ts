/** One layer on top of a Debian base: packages to install, or a Node application. */
export type LayerRecipe = { readonly debian: readonly string[] } | { readonly npm: readonly string[] };

export interface ImageRecipe {
  readonly name: string;
  readonly layers: readonly LayerRecipe[];
}

/** About 400 modules when installed. */
const NODE_APPLICATION = [
  "express@4",
  "webpack@5",
  "webpack-cli@5",
  "eslint@8",
  "jest@29",
  "typescript@5",
  "lodash@4",
  "axios@1",
];
const JAVA = ["openjdk-17-jre-headless", "maven", "libspring-web-java", "libhibernate3-java", "libtomcat9-java"];

/** What the issue names: a base, a Node application, a Java one, and a big one of 13 layers. */
export const RECIPES: readonly ImageRecipe[] = [
  { name: "base", layers: [] },
  { name: "node", layers: [{ debian: ["nodejs"] }, { npm: NODE_APPLICATION }] },
  { name: "java", layers: [{ debian: JAVA }] },
  {
    name: "big",
    layers: [
      { debian: ["python3-full", "python3-numpy", "python3-requests"] },
      { debian: ["build-essential"] },
      { debian: ["golang-go"] },
      { debian: ["nodejs", "npm"] },
      { npm: NODE_APPLICATION },
      { debian: ["default-jre-headless", "maven"] },
      { debian: ["ruby-full", "php-cli"] },
      { debian: ["llvm-14", "clang-14"] },
      { debian: ["texlive-latex-base", "texlive-latex-extra"] },
      { debian: ["libboost-all-dev"] },
      { debian: ["rustc", "cargo"] },
      { debian: ["podman", "skopeo"] },
    ],
  },
];
