import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pair } from "./mutations.ts";

/** The order of each pair as the tool itself decides it; undefined where the tool takes one of the two for no version. */
export type Oracle = (pairs: readonly Pair[]) => (number | undefined)[];

/** Runs a program that gets a pair on each line (tab between) and answers with a number, or `x`, for each. */
function batch(command: string, args: readonly string[], cwd: string = import.meta.dirname): Oracle {
  return (pairs) => {
    const input = pairs.map((pair) => `${pair.join("\t")}\n`).join("");
    const { stdout, stderr, status } = spawnSync(command, args, {
      input,
      encoding: "utf8",
      cwd,
    });
    const answers = stdout.trim().split("\n");
    if (status !== 0 || answers.length !== pairs.length)
      throw new Error(`${command} gave ${answers.length} answers: ${stderr}`);
    return answers.map((answer) => (answer === "x" ? undefined : Number(answer)));
  };
}

const DPKG = `
while IFS="\t" read -r a b; do
  if dpkg --validate-version "$a" 2>/dev/null && dpkg --validate-version "$b" 2>/dev/null; then
    if dpkg --compare-versions "$a" lt "$b"; then echo -1
    elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi
  else echo x; fi
done`;
export const dpkgOracle = batch("bash", ["-c", DPKG]);

/** rpm's own Lua reads the pairs from a file: its standard input is not for scripts. It checks nothing, so an epoch that is no number is passed over here. */
export const rpmOracle: Oracle = (pairs) => {
  const folder = mkdtempSync(join(tmpdir(), "rpm-oracle-"));
  try {
    writeFileSync(join(folder, "pairs"), pairs.map((pair) => `${pair.join("\t")}\n`).join(""));
    const script = `for l in io.lines("${folder}/pairs") do local a, b = l:match("^([^\\t]*)\\t(.*)$"); local ok, o = pcall(rpm.vercmp, a, b); ok = ok and not (a .. " " .. b):find("[^0-9 ][0-9]*:"); print((ok and o or "x") .. "\\n") end`;
    return batch("rpm", ["--eval", `%{lua:${script}}`])(pairs);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const PYTHON = `
import sys
from packaging.version import Version, InvalidVersion
for line in sys.stdin:
    a, b = line.rstrip("\\n").split("\\t")
    try:
        a, b = Version(a), Version(b)
        print((a > b) - (a < b))
    except InvalidVersion:
        print("x")
`;
/** Debian's own interpreter, which has Debian's packaging. */
export const pythonOracle = batch("/usr/bin/python3", ["-c", PYTHON]);

const RUBY = `
STDIN.each_line do |line|
  a, b = line.chomp.split("\\t", -1)
  ok = Gem::Version.correct?(a) && Gem::Version.correct?(b)
  puts(ok ? (Gem::Version.new(a) <=> Gem::Version.new(b)) : "x")
end`;
export const rubyOracle = batch("ruby", ["-e", RUBY]);

const PHP = `
require "/usr/share/php/Composer/Semver/autoload.php";
$parser = new Composer\\Semver\\VersionParser();
while (($line = fgets(STDIN)) !== false) {
  [$a, $b] = explode("\\t", rtrim($line, "\\n"));
  try {
    $a = $parser->normalize($a); $b = $parser->normalize($b);
    echo (str_starts_with($a, "dev-") || str_starts_with($b, "dev-")) ? "x" : version_compare($a, $b), "\\n";
  } catch (UnexpectedValueException $e) { echo "x\\n"; }
}`;
export const composerOracle = batch("php", ["-r", PHP]);

/** Maven's artifact library has a command line of its own; where Debian puts it. */
export function findMavenLibrary(): string | undefined {
  return (
    globSync("/usr/share/java/maven-artifact-3*.jar")[0] ?? globSync("/usr/share/maven/lib/maven-artifact-*.jar")[0]
  );
}

/** It prints the order of neighbours: of an odd list of arguments, every second line is ours. */
export const mavenOracle: Oracle = (pairs) => {
  const library = findMavenLibrary() ?? "";
  const classPath = [library, ...globSync("/usr/share/java/commons-lang3.jar")].join(":");
  const args = ["-cp", classPath, "org.apache.maven.artifact.versioning.ComparableVersion", ...pairs.flat()];
  const { stdout, stderr } = spawnSync("java", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const signs = [...stdout.matchAll(/^\s{3}(.*) (<|==|>) (.*)$/gm)].map(([, , sign]) => sign);
  if (signs.length !== pairs.length * 2 - 1) throw new Error(`maven gave ${signs.length} answers: ${stderr}`);
  return pairs.map((_, index) => ({ "<": -1, "==": 0, ">": 1 })[signs[index * 2] ?? ""]);
};

const SEMVER = `
const semver = require("semver");
for (const line of require("node:fs").readFileSync(0, "utf8").trimEnd().split("\\n")) {
  const [a, b] = line.split("\\t").map((text) => semver.parse(text));
  console.log(a && b ? semver.compare(a, b) : "x");
}`;
/** node-semver, which npm itself orders by; resolved where the comparer's tests have it. */
export const semverOracle = batch(process.execPath, ["--input-type=commonjs", "-e", SEMVER]);

const GO = `package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"oracle/semver"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		pair := strings.SplitN(lines.Text(), "\\t", 2)
		if semver.IsValid(pair[0]) && semver.IsValid(pair[1]) {
			fmt.Println(semver.Compare(pair[0], pair[1]))
		} else {
			fmt.Println("x")
		}
	}
}
`;
/** golang.org/x/mod/semver, as the go command itself carries it in its source. */
export const goOracle: Oracle = (pairs) => {
  const folder = mkdtempSync(join(tmpdir(), "go-oracle-"));
  try {
    const root = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" }).stdout.trim();
    mkdirSync(join(folder, "semver"));
    copyFileSync(join(root, "src/cmd/vendor/golang.org/x/mod/semver/semver.go"), join(folder, "semver/semver.go"));
    writeFileSync(join(folder, "go.mod"), "module oracle\n");
    writeFileSync(join(folder, "main.go"), GO);
    return batch("go", ["run", "."], folder)(pairs);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
