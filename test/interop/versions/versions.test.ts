import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareVersionTexts, VERSION_SCHEMES } from "@tidewaiter/advisories";
import { missing } from "../../support/requirements.ts";
import { mutatedPairs } from "./mutations.ts";
import * as oracles from "./oracles.ts";
import { PIECES, SEEDS } from "./seeds.ts";

const SEED = 20_261_124;
const PAIRS = 500;
/** Mutations often give what is no version; the tool then has no answer. */
const TRIES = 5_000;

const CASES: readonly { scheme: keyof typeof SEEDS; oracle: oracles.Oracle; skip: string | false }[] = [
  { scheme: "dpkg", oracle: oracles.dpkgOracle, skip: missing("dpkg") },
  { scheme: "rpm", oracle: oracles.rpmOracle, skip: missing("rpm") },
  {
    scheme: "pep440",
    oracle: oracles.pythonOracle,
    skip: missing("python3-packaging"),
  },
  { scheme: "rubygems", oracle: oracles.rubyOracle, skip: missing("ruby") },
  { scheme: "composer", oracle: oracles.composerOracle, skip: missing("php", "composer") },
  { scheme: "maven", oracle: oracles.mavenOracle, skip: missing("java", "mvn") },
  { scheme: "semver", oracle: oracles.semverOracle, skip: false },
  { scheme: "go", oracle: oracles.goOracle, skip: missing("go") },
];

describe("version order against the tools themselves", () => {
  for (const { scheme, oracle, skip } of CASES) {
    it(`orders 500 mutated pairs as the ${scheme} tool does`, { skip }, () => {
      const pairs = mutatedPairs(SEEDS[scheme], PIECES[scheme], TRIES, SEED).slice(
        0,
        scheme === "dpkg" ? 900 : undefined,
      );
      const answers = oracle(pairs);

      const decided = pairs.flatMap((pair, index) =>
        answers[index] === undefined ? [] : [{ pair, answer: answers[index] }],
      );
      const wrong = decided
        .slice(0, PAIRS)
        .filter(({ pair: [a, b], answer }) => Math.sign(compareVersionTexts(VERSION_SCHEMES[scheme], a, b)) !== answer);

      assert.ok(decided.length >= PAIRS, `only ${decided.length} pairs were versions`);
      assert.deepEqual(wrong, []);
    });
  }
});
