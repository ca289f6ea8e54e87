import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { ERROR_CODES } from "@tidewaiter/runtime";
import { inKorean, titleInKorean } from "../../../packages/console/src/text/server-words/in-korean.ts";
import { listRegistryTypes } from "../../../packages/server/src/connections/registry-types.ts";

const PACKAGES = fileURLToPath(new URL("../../../packages/", import.meta.url));
/** Rooms whose errors no person sees: they end the process, or answer brokers and other servers. */
const UNSEEN =
  /^server\/src\/(main|config|tunnel\/|replicas\/(open|replica-table)|callbacks\/|store\/open)|\.test\.ts$/;
/** A sentence of an error: its message, or what is likely and to do where the case knows better. */
const SENTENCES =
  /(?:new BrokerError\(\s*"(?!CONFIG_INVALID)[A-Z_]+",\s*|\b(?:likely|action): )(?:"([^"]+)"|`([^`]+)`)/g;

describe("the console in Korean", () => {
  it("has a heading for every code of an error, and its likely cause and advice", () => {
    const missing = Object.entries(ERROR_CODES).flatMap(([code, { likely, action }]) => [
      ...(titleInKorean(code) ? [] : [code]),
      ...[likely, action].filter((words) => !isKorean(words)),
    ]);

    assert.deepEqual(missing, []);
  });

  it("says every sentence with which the server explains an error", () => {
    const files = globSync("server/src/**/*.ts", { cwd: PACKAGES }).filter((path) => !UNSEEN.test(path));
    const sentences = files.flatMap((path) =>
      [...readFileSync(PACKAGES + path, "utf8").matchAll(SENTENCES)]
        .map(([, plain, filled = ""]) => plain ?? filled.replaceAll(/\$\{[^}]*\}/g, "7"))
        // `cron: …` says what the details say; words are counted, since one or two are no sentence.
        .filter((words) => !/^[a-z]+: |\$\{/.test(words) && words.replaceAll("7", "").trim().split(" ").length > 2),
    );

    assert.ok(sentences.length > 40, `only ${sentences.length} were found`);
    assert.deepEqual(
      sentences.filter((words) => !isKorean(words)),
      [],
    );
  });

  it("says what the wizard says of registry types", () => {
    const said = listRegistryTypes().flatMap(({ fields, notes }) => [
      ...fields.flatMap(({ label, hint }) => [label, hint]),
      ...notes,
    ]);

    assert.deepEqual(
      said.filter((words) => inKorean(words) === undefined),
      [],
    );
  });
});

function isKorean(words: string): boolean {
  return /[가-힣]/.test(inKorean(words) ?? "");
}
