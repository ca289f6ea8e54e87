import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { analyseImage } from "@tidewaiter/image";
import type { Package, PackageType } from "@tidewaiter/inventory";
import { buildImage } from "../../support/built-image.ts";
import { missing } from "../../support/requirements.ts";

function output(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  return execFileSync(program, args, {
    ...options,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
}

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "image-tools-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function packagesOf(files: Record<string, Buffer | string>, type: PackageType): Promise<Package[]> {
  const { packages } = await analyseImage(await buildImage([files]));
  return packages.filter((entry) => entry.type === type);
}

function readAll(folder: string, pattern: string, prefix: string): Record<string, Buffer> {
  const paths = globSync(pattern, { cwd: folder, exclude: ["**/node_modules/.bin/**"] });
  return Object.fromEntries(paths.map((path) => [join(prefix, path), readFileSync(join(folder, path))]));
}

describe("lists made by the tools themselves", () => {
  it("go: modules and toolchain as go version -m says", { skip: missing("go") }, async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "lib/go.mod"), "module x.org/lib\n\ngo 1.19\n");
    writeFileSync(join(folder, "lib/lib.go"), 'package lib\n\nfunc Name() string { return "lib" }\n');
    writeFileSync(
      join(folder, "go.mod"),
      "module x.org/tool\n\ngo 1.19\n\nrequire x.org/lib v1.2.3\n\nreplace x.org/lib v1.2.3 => ./lib\n",
    );
    writeFileSync(
      join(folder, "main.go"),
      'package main\n\nimport (\n\t"fmt"\n\t"x.org/lib"\n)\n\nfunc main() { fmt.Println(lib.Name()) }\n',
    );
    const env = {
      ...process.env,
      GOFLAGS: "-mod=mod",
      GOPROXY: "off",
      GOCACHE: join(folder, "cache"),
      CGO_ENABLED: "0",
    };
    output("go", ["build", "-o", "tool", "."], { cwd: folder, env });
    const told = output("go", ["version", "-m", join(folder, "tool")]);

    const found = await packagesOf({ "usr/bin/tool": readFileSync(join(folder, "tool")) }, "golang");

    const version = told.match(/: go([\d.]+)/)?.[1];
    assert.match(told, /dep\s+x\.org\/lib\s+v1\.2\.3/);
    assert.deepEqual(
      found.map(({ name, version: v }) => `${name}@${v}`).sort(),
      ["lib@v1.2.3", `stdlib@${version}`, "tool@"].sort(),
    );
  });

  it("npm: installed modules as npm ls says, development ones told apart", { skip: missing("npm") }, async () => {
    const root = new URL("../../../", import.meta.url).pathname;
    const files = readAll(
      join(root, "node_modules"),
      "{fast-check,ajv,pure-rand,fast-deep-equal,json-schema-traverse,require-from-string,fast-uri}/package.json",
      "app/node_modules",
    );
    const hidden = readFileSync(join(root, "node_modules/.package-lock.json"));
    const listed = JSON.parse(output("npm", ["ls", "--json", "--all", "--long", "fast-check", "ajv"], { cwd: root }));

    const found = await packagesOf({ ...files, "app/node_modules/.package-lock.json": hidden }, "npm");

    const version = (name: string): string | undefined => listed.dependencies[name]?.version;
    const of = (name: string): Package | undefined => found.find((entry) => entry.name === name);
    for (const name of ["fast-check", "ajv"]) assert.equal(of(name)?.version, version(name), name);
    assert.equal(found.length, Object.keys(files).length);
    assert.equal(of("fast-check")?.scope, "development");
  });

  it("python: distributions as importlib.metadata says", { skip: missing("python3") }, async () => {
    const script =
      "import importlib.metadata as m, json\nprint(json.dumps([[d.metadata['Name'], d.version, str(d._path)] for d in m.distributions()]))";
    const listed: [string, string, string][] = JSON.parse(output("python3", ["-c", script]));
    const names = ["METADATA", "PKG-INFO"];
    const files = Object.fromEntries(
      listed.flatMap(([, , path]) =>
        [...names.map((name) => join(path, name)), path].flatMap((file) => {
          const bytes = tryRead(file);
          return bytes ? [[file.slice(1), bytes] as const] : [];
        }),
      ),
    );

    const found = await packagesOf(files, "pypi");

    const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");
    const expected = new Set(
      listed
        .filter(([, , path]) => /\.(dist|egg)-info$/.test(path))
        .map(([name, version]) => `${normal(name)}@${version}`),
    );
    assert.deepEqual(new Set(found.map(({ name, version }) => `${name}@${version}`)), expected);
    assert.ok(expected.size > 0);
  });

  it("python: what pip freeze writes, as pip list says", { skip: missing("pip3") }, async () => {
    const listed: { name: string; version: string }[] = JSON.parse(output("pip3", ["list", "--format", "json"]));

    const found = await packagesOf({ "srv/app/requirements.txt": output("pip3", ["freeze", "--all"]) }, "pypi");

    const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");
    const expected = new Set(listed.map(({ name, version }) => `${normal(name)}@${version}`));
    assert.deepEqual(new Set(found.map(({ name, version }) => `${name}@${version}`)), expected);
  });

  it("ruby: default gems as gem list says", { skip: missing("gem", "ruby") }, async () => {
    const folder = output("ruby", ["-e", "print Gem.default_specifications_dir"]);
    const listed = output("ruby", [
      "-e",
      'Gem::Specification.each_spec([Gem.default_specifications_dir]) { |s| puts "#{s.name}@#{s.version}" }',
    ]);
    const files = readAll(folder, "*.gemspec", relative("/", folder));

    const found = await packagesOf(files, "gem");

    assert.deepEqual(found.map(({ name, version }) => `${name}@${version}`).sort(), listed.trim().split("\n").sort());
  });

  it("php: installed and locked packages as composer show says", { skip: missing("composer") }, async (t) => {
    const folder = tempFolder(t);
    for (const [name, version] of [
      ["run", "1.2.0"],
      ["check", "2.0.1"],
    ] as const) {
      mkdirSync(join(folder, `lib/${name}`), { recursive: true });
      writeFileSync(
        join(folder, `lib/${name}/composer.json`),
        JSON.stringify({ name: `x/${name}`, version, license: "MIT" }),
      );
    }
    const options = { symlink: false };
    writeFileSync(
      join(folder, "composer.json"),
      JSON.stringify({
        repositories: [{ type: "path", url: "lib/*", options }, { packagist: false }],
        require: { "x/run": "^1" },
        "require-dev": { "x/check": "^2" },
      }),
    );
    const env = { ...process.env, COMPOSER_ALLOW_SUPERUSER: "1", COMPOSER_HOME: join(folder, "home") };
    output("composer", ["install", "--no-interaction", "--quiet"], { cwd: folder, env });
    const shown: { installed: { name: string; version: string }[] } = JSON.parse(
      output("composer", ["show", "--format=json"], { cwd: folder, env }),
    );

    const installed = await packagesOf(readAll(folder, "vendor/composer/installed.json", "app"), "composer");
    const locked = await packagesOf(readAll(folder, "composer.lock", "app"), "composer");

    const expected = shown.installed.map(({ name, version }) => `${name}@${version}`).sort();
    for (const found of [installed, locked]) {
      assert.deepEqual(found.map(({ namespace, name, version }) => `${namespace}/${name}@${version}`).sort(), expected);
      assert.equal(found.find(({ name }) => name === "check")?.scope, "development");
    }
  });

  it("java: an archive made by jar, inside another one", { skip: missing("jar") }, async (t) => {
    const folder = tempFolder(t);
    const properties = join(folder, "META-INF/maven/org.x/inner/pom.properties");
    mkdirSync(dirname(properties), { recursive: true });
    writeFileSync(properties, "version=3.0\ngroupId=org.x\nartifactId=inner\n");
    mkdirSync(join(folder, "WEB-INF/lib"), { recursive: true });
    output("jar", ["cf", "WEB-INF/lib/inner-3.0.jar", "META-INF"], { cwd: folder });
    writeFileSync(join(folder, "MF"), "Implementation-Title: web\nImplementation-Version: 2.0\n");
    output("jar", ["cfm0", "web-2.0.war", "MF", "WEB-INF"], { cwd: folder });

    const found = await packagesOf({ "srv/web-2.0.war": readFileSync(join(folder, "web-2.0.war")) }, "maven");

    assert.deepEqual(
      found.map(({ purl, locations }) => [purl, locations[0]?.path]),
      [
        ["pkg:maven/org.x/inner@3.0", "srv/web-2.0.war!/WEB-INF/lib/inner-3.0.jar"],
        ["pkg:maven/web@2.0", "srv/web-2.0.war"],
      ],
    );
  });

  it("java: the runtime's version as java itself says", { skip: missing("java") }, async () => {
    const settings = spawnSync("java", ["-XshowSettings:properties", "-version"], { encoding: "utf8" }).stderr;
    const property = (name: string): string => settings.match(new RegExp(`${name} = (.*)`))?.[1] ?? "";

    const release = readFileSync(join(property("java.home"), "release"));
    const found = await packagesOf({ "usr/lib/jvm/java/release": release }, "generic");

    const numbers = found.map(({ name, version }) => [name, version.split("+")[0]]);
    assert.deepEqual(numbers, [["openjdk", property("java.version")]]);
  });

  it("programs: this machine's own node and openssl", { skip: missing("openssl") }, async () => {
    const openssl = output("openssl", ["version"]).match(/OpenSSL (\S+)/)?.[1];
    const library = globSync("/usr/lib/*/libcrypto.so.3")[0] ?? "/usr/lib/libcrypto.so.3";

    const found = await packagesOf(
      { "usr/local/bin/node": readFileSync(process.execPath), "usr/lib/libcrypto.so.3": readFileSync(library) },
      "generic",
    );

    const versions = new Map(found.map(({ name, version }) => [name, version]));
    assert.equal(versions.get("node"), process.versions.node);
    assert.equal(versions.get("openssl"), openssl);
  });
});

function tryRead(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
