import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { CATALOGUE } from "./catalogue/index.ts";
import type { Texts } from "./texts.ts";
import { chooseLanguage, translate } from "./translate.ts";

describe("catalogue", () => {
  it("has every sentence in both languages, with the same places to fill in", () => {
    const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    for (const [key, [english, korean, one]] of Object.entries(CATALOGUE as Texts)) {
      assert.ok(english && korean, key);
      assert.deepEqual(places(korean), places(english), key);
      if (one !== undefined) assert.deepEqual(places(one), places(english), key);
    }
  });
});

/** Names and units that are the same in every language. */
const NAMES = /^(DNS|TCP|TLS|CVSS|EPSS|UTC|Dockerfile|SSO|docker run)$/;

describe("catalogue", () => {
  it("leaves nothing in English in its Korean half", () => {
    const english = Object.entries(CATALOGUE as Texts)
      .filter(([, [, korean]]) => !/[가-힣]/.test(korean) && !NAMES.test(korean))
      .map(([key]) => key);

    assert.deepEqual(english, []);
  });

  it("holds no sentence that nothing shows", () => {
    const root = fileURLToPath(new URL("../", import.meta.url));
    const sources = globSync("**/*.{ts,tsx}", { cwd: root, exclude: ["text/**"] })
      .map((name) => readFileSync(join(root, name), "utf8"))
      .join("");
    const isShown = (key: string): boolean => {
      const parts = key.split(".");
      const starts = parts.map((_, index) => `\`${parts.slice(0, index + 1).join(".")}.\${`);
      return sources.includes(`"${key}"`) || starts.some((start) => sources.includes(start));
    };

    assert.deepEqual(
      Object.keys(CATALOGUE).filter((key) => !isShown(key)),
      [],
    );
  });
});

describe("translate", () => {
  it("fills in values and takes the form for one", () => {
    assert.equal(translate("en", "images.ofRepository", { count: 1 }), "1 image");
    assert.equal(translate("en", "images.ofRepository", { count: 1200 }), "1,200 images");
    assert.equal(translate("ko", "images.ofRepository", { count: 1 }), "이미지 1개");
  });

  it("takes the first language that it speaks, else English", () => {
    assert.equal(chooseLanguage(["fr-FR", "ko-KR", "en"]), "ko");
    assert.equal(chooseLanguage(["fr"]), "en");
  });
});
