import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
