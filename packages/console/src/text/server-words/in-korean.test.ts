import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inKorean, titleInKorean } from "./in-korean.ts";

describe("words of the server in Korean", () => {
  it("hold what differs from case to case", () => {
    assert.equal(inKorean("10.0.0.7 is no public address"), "10.0.0.7은(는) 공인 주소가 아닙니다");
    assert.equal(inKorean("Too small: expected string to have >=12 characters"), "12자 이상 입력하세요");
    assert.equal(
      inKorean("registry.example accepts calls as robot$team"),
      "registry.example: robot$team 계정으로 접근됩니다",
    );
  });

  it("are left as they came where nobody wrote them down", () => {
    assert.equal(inKorean("the registry said something new"), undefined);
    assert.equal(titleInKorean("HTTP_418"), undefined);
  });
});
