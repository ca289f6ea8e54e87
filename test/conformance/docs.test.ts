import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";
import { REGISTRY_TYPES } from "@tidewaiter/contract";
import { generatedDocs } from "../../scripts/docs/generated-docs.ts";

const PAGES = ["README.md", ...globSync("docs/**/*.md"), ...globSync("docker/**/*.md")];
const LINK = /\]\((?!https?:|#|mailto:)([^)#\s]+)/g;

describe("the documentation", () => {
  for (const [path, text] of Object.entries(generatedDocs())) {
    it(`has ${path} as the schemas are now (node scripts/run.js docs writes it)`, () => {
      assert.equal(readFileSync(path, "utf8"), text);
    });
  }

  it("has a page for each registry type", () => {
    const missing = REGISTRY_TYPES.filter((type) => !existsSync(`docs/connect/${type}.md`));

    assert.deepEqual(missing, []);
  });

  it("links to pages that are there", () => {
    const broken = PAGES.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(LINK)]
        .map(([, target = ""]) => normalize(join(dirname(page), target)))
        .filter((target) => !existsSync(target))
        .map((target) => `${page}: ${target}`),
    );

    assert.deepEqual(broken, []);
  });

  it("names each variable of the generated table once for each process", () => {
    const sections = readFileSync("docs/reference/settings.md", "utf8").split("\n## ").slice(1);

    for (const section of sections) {
      const names = [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
      assert.equal(new Set(names).size, names.length);
    }
  });
});
