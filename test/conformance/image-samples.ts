import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { zstdCompressSync } from "node:zlib";
import { buildCargoList, buildElf, buildGoInfo, buildNdb, buildRpmHeader } from "../support/binary-files.ts";
import { buildZip } from "../support/zip-archive.ts";

/** A file of a format, and the packages in it as `[namespace/]name@version`, with `(dev)` after those for development. */
export interface DetectorSample {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly packages: readonly string[];
  readonly isFolder?: boolean;
  /** Problems that the file has. */
  readonly problems?: number;
}

const data = (path: string): Buffer => readFileSync(new URL(`./data/${path}`, import.meta.url));
const lock = (name: string): Buffer => data(`image-locks/${name}`);
/** What every tool locked for the project of `data/image-locks`. */
const LOCKED = [
  "@babel/code-frame@7.24.7",
  "@babel/helper-validator-identifier@7.29.7",
  "@babel/highlight@7.25.9",
  "ansi-styles@3.2.1",
  "chalk@2.4.2",
  "color-convert@1.9.3",
  "color-name@1.1.3",
  "escape-string-regexp@1.0.5",
  "has-flag@3.0.0",
  "js-tokens@4.0.0",
  "left-pad@1.2.0",
  "left-pad@1.3.0",
  "nanoid@3.3.7",
  "picocolors@1.1.1",
  "supports-color@5.5.0",
];
const LOCKED_WITH_SCOPE = LOCKED.map((name) => (name.startsWith("nanoid") ? `${name} (dev)` : name));
const RPM = buildRpmHeader({
  1000: "bash",
  1001: "5.2",
  1002: "1.el9",
  1003: 2,
  1022: "x86_64",
  1044: "bash-5.2-1.el9.src.rpm",
});

/** What stands around the version in programs as their makers built them. */
const EXCERPTS: readonly { path: string; excerpt: string; package: string }[] = JSON.parse(
  data("image-programs/excerpts.json").toString("utf8"),
);

/** At least one for each detector: the conformance suite fails for one that has none. */
export const SAMPLES: Readonly<Record<string, readonly DetectorSample[]>> = {
  "os-release": [{ path: "etc/os-release", content: "ID='alpine'\n", packages: [] }],
  "os-fallbacks": [
    { path: "etc/redhat-release", content: "CentOS Linux release 7.9.2009 (Core)\n", packages: [] },
    { path: "etc/debian_version", content: "12.5\n", packages: [] },
  ],
  "content-sets": [
    { path: "root/buildinfo/content_manifests/ubi9.json", content: '{"content_sets":["rhel-9-baseos"]}', packages: [] },
  ],
  dpkg: [
    {
      path: "var/lib/dpkg/status",
      content:
        "Package: a\nStatus: install ok installed\nVersion: 1:2-3\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: c\nStatus: hold ok installed\nVersion: 1\nDescription: x\n more\n",
      packages: ["a@1:2-3", "c@1"],
    },
    {
      path: "var/lib/dpkg/status.d/base",
      content: "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n",
      packages: ["base-files@12.4"],
    },
    { path: "var/lib/dpkg/status", content: "Package: a\nStatus: install ok installed\n", packages: [], problems: 1 },
  ],
  "dpkg-files": [
    { path: "var/lib/dpkg/info/a:amd64.list", content: "/.\n/usr/bin/a\n/usr/share/doc/a\n", packages: [] },
  ],
  opkg: [
    {
      path: "usr/lib/opkg/status",
      content: "Package: libc\nVersion: 1.2\nStatus: install user installed\n",
      packages: ["libc@1.2"],
    },
  ],
  chisel: [
    {
      path: "var/lib/chisel/manifest.wall",
      content: zstdCompressSync(
        '{"jsonwall":"1.0"}\n{"kind":"package","name":"libc6","version":"2.39","arch":"amd64"}\n{"kind":"slice","name":"libc6_libs"}\n',
      ),
      packages: ["libc6@2.39"],
    },
  ],
  apk: [
    {
      path: "lib/apk/db/installed",
      content: "P:musl\nV:1.2\nF:lib\nR:libc.so\n\nP:zlib\nV:1.3\nD:so:libc.musl musl>=1\n\n",
      packages: ["musl@1.2", "zlib@1.3"],
    },
    { path: "lib/apk/db/installed", content: "P:musl\n\nP:zlib\nV:1.3\n", packages: ["zlib@1.3"], problems: 1 },
  ],
  rpm: [
    {
      path: "var/lib/rpm/Packages.db",
      content: buildNdb([RPM, buildRpmHeader({ 1000: "gpg-pubkey", 1001: "1", 1002: "2" })]),
      packages: ["bash@2:5.2-1.el9"],
    },
    { path: "var/lib/rpm/Packages", content: "x".repeat(1000), packages: [], problems: 1 },
  ],
  "rpm-log": [{ path: "var/lib/rpm/rpmdb.sqlite-wal", content: "x", packages: [], problems: 1 }],
  "rpm-manifest": [
    {
      path: "var/lib/rpmmanifest/container-manifest-2",
      content: "bash\t5.1-1.cm2\t1\t2\tMicrosoft\t(none)\t9\tx86_64\tbash-5.1-1.cm2.src.rpm\n",
      packages: ["bash@5.1-1.cm2"],
    },
  ],
  pacman: [
    {
      path: "var/lib/pacman/local/bash-5.2-1/desc",
      content: "%NAME%\nbash\n\n%VERSION%\n5.2-1\n\n%DEPENDS%\nglibc>=2\n\n",
      packages: ["bash@5.2-1"],
    },
  ],
  portage: [
    {
      path: "var/db/pkg/app-shells/bash-5.2_p26-r3/CONTENTS",
      content: "dir /bin\n",
      packages: ["app-shells/bash@5.2_p26-r3"],
    },
  ],
  sbom: [
    {
      path: "opt/bitnami/redis/.spdx-redis.spdx",
      content: JSON.stringify({
        packages: [
          { externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:bitnami/redis@7.2.4-1?arch=amd64" }] },
        ],
      }),
      packages: ["redis@7.2.4-1"],
    },
    {
      path: "usr/local/share/sbom/a.cdx.json",
      content: JSON.stringify({
        bomFormat: "CycloneDX",
        components: [
          { purl: "pkg:npm/%40a/b@1.0.0", components: [{ purl: "pkg:cargo/c@2.0.0" }] },
          { purl: "no purl" },
        ],
      }),
      packages: ["@a/b@1.0.0", "c@2.0.0"],
      problems: 1,
    },
  ],
  "elf-note": [
    { path: "usr/lib/libhello.so", content: data("image-programs/noted.so"), packages: ["fedora/hello@2.12-4.fc40"] },
    {
      path: "opt/systemd/libcryptsetup-token.so",
      content: Buffer.concat([buildElf({}), data("image-programs/systemd.note")]),
      packages: ["debian/systemd@252.38-1~deb12u1"],
    },
    {
      path: "usr/bin/knows-notes",
      content: Buffer.concat([buildElf({}), Buffer.from("\0FDO\0{}")]),
      packages: [],
    },
  ],
  "node-modules": [
    {
      path: "app/node_modules/@a/b/package.json",
      content: '{"name":"@a/b","version":"1.0.0","license":{"type":"MIT"}}',
      packages: ["@a/b@1.0.0"],
    },
    { path: "app/node_modules/a/package.json", content: '{"type":"module"}', packages: [] },
  ],
  "node-project": [
    { path: "app/package.json", content: '{"dependencies":{"a":"1"},"devDependencies":{"b":"1"}}', packages: [] },
  ],
  "npm-lock": [1, 2, 3].map((version) => ({
    path: "app/package-lock.json",
    content: lock(`npm-${version}.json`),
    packages: LOCKED_WITH_SCOPE,
  })),
  "yarn-lock": [
    { path: "app/yarn.lock", content: lock("yarn-1.lock"), packages: LOCKED },
    { path: "app/yarn.lock", content: lock("yarn-berry.lock"), packages: LOCKED },
  ],
  "pnpm-lock": [7, 8, 9].map((version) => ({
    path: "app/pnpm-lock.yaml",
    content: lock(`pnpm-${version}.yaml`),
    packages: LOCKED_WITH_SCOPE,
  })),
  "bun-lock": [
    { path: "app/bun.lock", content: lock("bun.lock"), packages: LOCKED },
    {
      path: "app/bun.lock",
      content:
        '{\n  "lockfileVersion": 1,\n  // comment, with "quotes"\n  "packages": {\n    "a": ["a@1.0.0", "", { "dependencies": { "@b/c": "^2" } }, "sha512-x"],\n    "@b/c": ["@b/c@2.0.0", "", {}, "sha512-y"],\n    "w": ["w@workspace:packages/w"],\n  }\n}\n',
      packages: ["@b/c@2.0.0", "a@1.0.0"],
    },
  ],
  "python-dist": [
    {
      path: "usr/lib/python3/dist-packages/My_Package.Sub-1.0.dist-info/METADATA",
      content:
        "Metadata-Version: 2.1\nName: My_Package.Sub\nVersion: 1.0\nRequires-Dist: requests (>=2)\nRequires-Dist: pytest ; extra == 'test'\n\nVersion: 9 in the description\n",
      packages: ["my-package-sub@1.0"],
    },
    { path: "usr/lib/python3/dist-packages/x-1.egg-info", content: "Name: x\nVersion: 1\n", packages: ["x@1"] },
    { path: "a/x.dist-info/METADATA", content: "Name: x\n\n", packages: [], problems: 1 },
  ],
  "python-toml-lock": [
    {
      path: "app/poetry.lock",
      content:
        '[[package]]\nname = "requests"\nversion = "2.31.0"\ncategory = "main"\n[package.dependencies]\nurllib3 = ">=1"\n\n[[package]]\nname = "pytest"\nversion = "7.4.0"\ncategory = "dev"\n',
      packages: ["pytest@7.4.0 (dev)", "requests@2.31.0"],
    },
    {
      path: "app/uv.lock",
      content:
        'version = 1\n[[package]]\nname = "app"\nversion = "0.1.0"\nsource = { virtual = "." }\n[[package]]\nname = "idna"\nversion = "3.7"\nsource = { registry = "https://pypi.org/simple" }\ndependencies = [{ name = "x" }]\n',
      packages: ["idna@3.7"],
    },
  ],
  "pipfile-lock": [
    {
      path: "app/Pipfile.lock",
      content: '{"default":{"idna":{"version":"==3.7"}},"develop":{"pytest":{"version":"==8.0"}}}',
      packages: ["idna@3.7", "pytest@8.0 (dev)"],
    },
  ],
  requirements: [
    {
      path: "app/requirements.txt",
      content:
        "# c\nFlask[async]==3.0.0 ; python_version>'3'\nidna>=3\n-r other.txt\nsix===1.16.0 \\\n  --hash=sha256:0\n",
      packages: ["flask@3.0.0", "six@1.16.0"],
    },
  ],
  conda: [
    {
      path: "opt/conda/conda-meta/zlib-1.3-h1.json",
      content: '{"name":"zlib","version":"1.3","build":"h1","license":"Zlib","depends":["libgcc-ng >=12"]}',
      packages: ["zlib@1.3"],
    },
  ],
  "java-archive": [
    {
      path: "app/web.war",
      content: buildZip(
        {
          "META-INF/MANIFEST.MF":
            "Manifest-Version: 1.0\r\nImplementation-Title: web\r\nImplementation-Version: 2.1\r\n",
          "WEB-INF/lib/inner-3.0.jar": buildZip({
            "META-INF/maven/org.x/inner/pom.properties": "groupId=org.x\nartifactId=inner\nversion=3.0\n",
          }),
          "WEB-INF/classes/A.class": "x",
        },
        ["WEB-INF/lib/inner-3.0.jar"],
      ),
      packages: ["org.x/inner@3.0", "web@2.1"],
    },
    {
      path: "app/shaded-1.0.jar",
      content: Buffer.concat([
        Buffer.from("#!/bin/sh\nexec java -jar $0\n"),
        buildZip({
          "META-INF/maven/org.a/shaded/pom.properties": "version=1.0\ngroupId=org.a\nartifactId=shaded\n",
          "META-INF/maven/org.b/other/pom.properties": "version=2.0\ngroupId=org.b\nartifactId=other\n",
        }),
      ]),
      packages: ["org.a/shaded@1.0", "org.b/other@2.0"],
    },
    {
      path: "lib/jackson-databind-2.15.0.jar",
      content: buildZip({
        "META-INF/MANIFEST.MF": "Bundle-SymbolicName: com.fasterxml.jackson.core.jackson-databind;singleton:=true\n",
      }),
      packages: ["com.fasterxml.jackson.core/jackson-databind@2.15.0"],
    },
    { path: "lib/broken-1.jar", content: "PK and nothing", packages: [], problems: 1 },
  ],
  "java-runtime": [
    {
      path: "opt/java/release",
      content: 'JAVA_VERSION="17.0.9"\nIMPLEMENTOR="Eclipse Adoptium"\n',
      packages: ["openjdk@17.0.9"],
    },
  ],
  "go-binary": [
    {
      path: "usr/bin/tool",
      content: Buffer.concat([
        buildElf({ ".text": Buffer.alloc(64) }),
        buildGoInfo(
          "go1.22.1",
          "path\tx.org/tool\nmod\tx.org/tool\t(devel)\t\ndep\tgolang.org/x/net\tv0.20.0\th1:\ndep\told.org/y\tv1.0.0\n=>\tnew.org/y\tv1.1.0\th1:\nbuild\t-ldflags=-X main.version=v3.1.4\n",
        ),
      ]),
      packages: ["golang.org/x/net@v0.20.0", "new.org/y@v1.1.0", "stdlib@1.22.1", "x.org/tool@v3.1.4"],
    },
    {
      path: "usr/bin/knows-go",
      content: Buffer.concat([buildElf({}), Buffer.from("\xff Go buildinf:", "latin1"), Buffer.alloc(100)]),
      packages: [],
    },
  ],
  "rust-binary": [
    {
      path: "usr/bin/rg",
      content: buildElf({
        ".dep-v0": buildCargoList([
          { name: "rg", version: "14.0.0", source: "local", root: true, dependencies: [1] },
          { name: "cc", version: "1.0.0", kind: "build" },
        ]),
      }),
      packages: ["cc@1.0.0 (dev)", "rg@14.0.0"],
    },
  ],
  "cargo-lock": [
    {
      path: "app/Cargo.lock",
      content:
        '[[package]]\nname = "app"\nversion = "0.1.0"\n\n[[package]]\nname = "libc"\nversion = "0.2.150"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n',
      packages: ["libc@0.2.150"],
    },
  ],
  "dotnet-deps": [
    {
      path: "app/web.deps.json",
      content: JSON.stringify({
        libraries: {
          "web/1.0.0": { type: "project" },
          "Serilog/3.1.1": { type: "package" },
          "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { type: "runtimepack" },
        },
      }),
      packages: ["Microsoft.NETCore.App.Runtime.linux-x64@8.0.1", "Serilog@3.1.1"],
    },
    {
      path: "usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/Microsoft.NETCore.App.deps.json",
      content: "{}",
      packages: ["Microsoft.NETCore.App@8.0.1"],
    },
  ],
  "pe-version": [
    {
      path: "opt/mono/Accessibility.dll",
      content: data("image-programs/Accessibility.dll"),
      packages: ["Accessibility@4.6.57.0"],
    },
    { path: "opt/tool/empty.exe", content: Buffer.concat([Buffer.from("MZ"), Buffer.alloc(200)]), packages: [] },
  ],
  "nuget-lock": [
    {
      path: "app/packages.lock.json",
      content: '{"dependencies":{"net8.0":{"Serilog":{"type":"Direct","resolved":"3.1.1"},"p":{"type":"Project"}}}}',
      packages: ["Serilog@3.1.1"],
    },
  ],
  "composer-installed": [
    {
      path: "app/vendor/composer/installed.json",
      content:
        '{"packages":[{"name":"Monolog/monolog","version":"v3.5.0","license":["MIT"]},{"name":"a/t","version":"1"}],"dev-package-names":["a/t"]}',
      packages: ["a/t@1 (dev)", "monolog/monolog@3.5.0"],
    },
    { path: "app/vendor/composer/installed.json", content: '[{"name":"a/b","version":"1.0"}]', packages: ["a/b@1.0"] },
  ],
  "composer-lock": [
    {
      path: "app/composer.lock",
      content: '{"packages":[{"name":"a/b","version":"1"}],"packages-dev":[{"name":"c/d","version":"2"}]}',
      packages: ["a/b@1", "c/d@2 (dev)"],
    },
  ],
  gemspec: [
    {
      path: "usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.1.gemspec",
      content:
        'Gem::Specification.new do |s|\n  s.name = "json".freeze\n  s.version = "2.6.1"\n  s.licenses = ["Ruby".freeze]\n  s.add_dependency(%q<x>.freeze, [">= 0"])\nend\n',
      packages: ["json@2.6.1"],
    },
    { path: "a/specifications/x-1.gemspec", content: "nothing", packages: [], problems: 1 },
  ],
  "gemfile-lock": [
    {
      path: "app/Gemfile.lock",
      content:
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.16.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.3)\n\nPLATFORMS\n  ruby\n",
      packages: ["nokogiri@1.16.0", "racc@1.7.3"],
    },
  ],
  "mix-lock": [
    {
      path: "app/mix.lock",
      content: '%{\n  "jason": {:hex, :jason, "1.4.1", "h", [:mix], []},\n}\n',
      packages: ["jason@1.4.1"],
    },
  ],
  "rebar-lock": [
    {
      path: "app/rebar.lock",
      content: '{"1.2.0",\n[{<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.10.0">>},0}]}.\n',
      packages: ["cowboy@2.10.0"],
    },
  ],
  "otp-app": [
    {
      path: "usr/lib/erlang/lib/crypto-5.1/ebin/crypto.app",
      content: '{application, crypto,\n [{vsn, "5.1"},\n  {applications, [kernel, stdlib]}]}.\n',
      packages: ["crypto@5.1"],
    },
  ],
  "haskell-lock": [
    {
      path: "app/stack.yaml.lock",
      content: "packages:\n- completed:\n    hackage: aeson-2.1.2@sha256:0,1\n",
      packages: ["aeson@2.1.2"],
    },
    {
      path: "app/cabal.project.freeze",
      content: "constraints: any.aeson ==2.1.2,\n             any.base ==4.17\n",
      packages: ["aeson@2.1.2", "base@4.17"],
    },
  ],
  "pubspec-lock": [
    {
      path: "app/pubspec.lock",
      content:
        'packages:\n  http:\n    dependency: "direct main"\n    source: hosted\n    version: "1.1.0"\n  flutter:\n    source: sdk\n    version: "0.0.0"\n  test:\n    dependency: "direct dev"\n    source: hosted\n    version: "1.24.0"\n',
      packages: ["http@1.1.0", "test@1.24.0 (dev)"],
    },
  ],
  "swift-resolved": [
    {
      path: "app/Package.resolved",
      content:
        '{"version":2,"pins":[{"identity":"swift-nio","location":"https://github.com/apple/swift-nio.git","state":{"version":"2.62.0"}}]}',
      packages: ["github.com/apple/swift-nio@2.62.0"],
    },
  ],
  "podfile-lock": [
    {
      path: "app/Podfile.lock",
      content: 'PODS:\n  - "GoogleUtilities/Core (7.11.0)":\n    - X\n  - Alamofire (5.8.0)\n',
      packages: ["Alamofire@5.8.0", "GoogleUtilities/Core@7.11.0"],
    },
  ],
  "conan-lock": [
    {
      path: "app/conan.lock",
      content: '{"version":"0.5","requires":["zlib/1.3#abc%1"],"build_requires":["cmake/3.27.0"]}',
      packages: ["cmake@3.27.0 (dev)", "zlib@1.3"],
    },
  ],
  "conan-info": [
    {
      path: "root/.conan/data/a/conaninfo.txt",
      content: "[settings]\n    os=Linux\n\n[full_requires]\n    zlib/1.3:abc\n\n[options]\n",
      packages: ["zlib@1.3"],
    },
  ],
  "r-description": [
    {
      path: "usr/local/lib/R/site-library/jsonlite/DESCRIPTION",
      content: "Package: jsonlite\nVersion: 1.8.8\nImports: methods\nBuilt: R 4.3.1\n",
      packages: ["jsonlite@1.8.8"],
    },
  ],
  wordpress: [
    {
      path: "var/www/wp-content/plugins/akismet/akismet.php",
      content: "<?php\n/*\nPlugin Name: Akismet\nVersion: 5.3\n*/\n",
      packages: ["plugin/akismet@5.3"],
    },
    {
      path: "var/www/wp-includes/version.php",
      content: "<?php\n$wp_version = '6.4.2';\n",
      packages: ["wordpress@6.4.2"],
    },
  ],
  programs: [
    ...EXCERPTS.map(({ path, excerpt, package: found }) => programSample(path, Buffer.from(excerpt, "base64"), found)),
    programSample("usr/local/bin/node", "\0node.js/v20.11.0\0", "node@20.11.0"),
    programSample("usr/bin/node", "\0v0.12.18\0", "node@0.12.18"),
    programSample("opt/julia/lib/julia/libjulia-internal.so.1.9", "__init__\x001.9.3\0verify", "julia@1.9.3"),
    programSample("usr/lib/dart/bin/dart", '"%s"\x003.5.2 (stable) (Wed', "dart@3.5.2"),
    programSample("usr/local/bin/deno", "Deno/1.41.0", "deno@1.41.0"),
    programSample("usr/local/bin/swipl", "\0/tmp/src/swipl-9.3.8/src\0", "swi-prolog@9.3.8"),
    programSample(
      "usr/local/openresty/nginx/sbin/nginx",
      "\0nginx version: openresty/1.21.4.1\0",
      "openresty@1.21.4.1",
    ),
    programSample("traefik", "\0\x002.10.7\0\0", "github.com/traefik/traefik/v2@v2.10.7"),
    programSample("usr/local/bin/envoy", "x\x001.30.2\0envoy_reloadable_features", "envoy@1.30.2"),
    programSample("opt/valkey/bin/valkey-server", "\0valkey9.0.0buildkitsandbox-1764887574000000000\0", "valkey@9.0.0"),
    programSample("usr/local/bin/redis-server", "\x004.0.11841ce7054bd9-1542359302000000000\0", "redis@4.0.11"),
    programSample("usr/bin/mysql", "/BUILD/mysql-8.0.34/mysql-8.0.34/sql-common/", "mysql@8.0.34"),
    programSample("usr/bin/mysqld", "/BUILD/mysql-8.0.34/ /percona-server-8.0.34-26/sql/", "percona-server@8.0.34"),
    programSample("usr/sbin/mysqld", "/home/x/Percona-XtraDB-Cluster-8.0.34/sql", "percona-xtradb-cluster@8.0.34"),
    programSample("usr/bin/xtrabackup", "/BUILD/percona-xtrabackup-8.0.35/", "percona-xtrabackup@8.0.35"),
    programSample("usr/bin/mongod", "x\x007.0.28\0\0heap_size", "mongodb@7.0.28"),
    programSample("usr/bin/arangosh", "\x003.12.5-2 enterprise [linux] 64bit", "arangodb@3.12.5-2"),
    programSample("usr/bin/sqlcipher", "x\x003.46.1\0", "sqlcipher@3.46.1"),
    programSample("bin/consul", "<!-- CONSUL_VERSION: 1.15.2\n", "github.com/hashicorp/consul@v1.15.2"),
    programSample("bin/vault", "revoke1.18.0", "github.com/hashicorp/vault@v1.18.0"),
    programSample("usr/share/grafana/bin/grafana", "\0release-12.3.1\0", "grafana@12.3.1"),
    programSample("usr/local/bin/pilot-agent", "\x001.26.8\0\x001.26.8\0", "istio.io/istio@v1.26.8"),
    programSample("nginx-ingress-controller", "\0\0v1.15.1\0\0", "k8s.io/ingress-nginx@v1.15.1"),
    programSample("opt/fluent-bit/bin/fluent-bit", "\x003.0.2\0%sFluent Bit", "fluent-bit@3.0.2"),
    programSample("usr/share/elastic-agent/bin/elastic-agent", "enroll: true9.4.2-headeruint16", "elastic-agent@9.4.2"),
    programSample("usr/bin/openssl", "\0OpenSSL 1.1.1 (compatible; AWS-LC 1.69.0)\0", "aws-lc@1.69.0"),
    programSample("usr/bin/openssl", "\0LibreSSL 3.8.2\0", "libressl@3.8.2"),
    { path: "usr/sbin/nginx", content: buildElf({}), packages: [] },
  ],
  "program-texts": [
    { path: "usr/local/go/VERSION", content: "go1.21.3\ntime 2023-10-09T17:04:35Z\n", packages: ["go@1.21.3"] },
    { path: "usr/share/grafana/VERSION", content: "10.4.19\n", packages: ["grafana@10.4.19"] },
    { path: "usr/lib/erlang/releases/25/OTP_VERSION", content: "25.2.3\n", packages: ["erlang@25.2.3"] },
    { path: "usr/lib/dart/version", content: "3.5.2\n", packages: ["dart@3.5.2"] },
    { path: "app/node_modules/electron/dist/version", content: "28.0.0", packages: ["electron@28.0.0"] },
    {
      path: "usr/lib/firefox-esr/application.ini",
      content:
        "; This file is not used.\n[App]\nVendor=Mozilla\nName=Firefox\nRemotingName=firefox-esr\nVersion=153.7.0\nBuildID=20261103151912\n",
      packages: ["firefox@153.7.0"],
    },
    {
      path: "usr/lib/cmake/swipl/SWIPLConfigVersion.cmake",
      content: '# x\nset(PACKAGE_VERSION "9.0.4")\n',
      packages: ["swi-prolog@9.0.4"],
    },
    {
      path: "usr/bin/composer",
      content: "#!/usr/bin/env php\n<?php\nclass Composer {\n    public const VERSION = '2.5.5';\n",
      packages: ["composer@2.5.5"],
    },
    { path: "usr/local/bin/wp", content: "#!/usr/bin/env php\nwp-cli/wp-cli 2.9.0\n", packages: ["wp-cli@2.9.0"] },
    {
      path: "usr/lib/elixir/bin/elixir",
      content: "#!/bin/sh\nset -e\n\nELIXIR_VERSION=1.14.0\n",
      packages: ["elixir@1.14.0"],
    },
    { path: "usr/share/grafana/VERSION", content: "main\n", packages: [] },
  ],
  "deno-lock": [
    { path: "app/deno.lock", content: lock("deno.lock"), packages: LOCKED },
    {
      path: "app/deno.lock",
      content: '{"version":"4","npm":{"chalk@5.3.0":{},"@types/node@18.0.0_typescript@5.1.0":{}}}',
      packages: ["@types/node@18.0.0", "chalk@5.3.0"],
    },
    {
      path: "srv/deno.lock",
      content: '{"version":"3","packages":{"npm":{"ms@2.1.3":{}}}}',
      packages: ["ms@2.1.3"],
    },
  ],
  "lua-rock": [
    {
      path: "usr/local/lib/luarocks/rocks-5.1/luasocket/3.1.0-1/luasocket-3.1.0-1.rockspec",
      content: 'package = "LuaSocket"\nversion = "3.1.0-1"\ndescription = { license = "MIT" }\n',
      packages: ["luasocket@3.1.0-1"],
    },
  ],
  homebrew: [
    {
      path: "home/linuxbrew/.linuxbrew/Cellar/jq/1.7.1/INSTALL_RECEIPT.json",
      content: '{"homebrew_version":"4.2.0"}',
      packages: ["homebrew/jq@1.7.1"],
    },
  ],
  snap: [
    {
      path: "snap/core22/1033/meta/snap.yaml",
      content: "name: core22\nversion: '20231123'\n",
      packages: ["snap/core22@20231123"],
    },
    { path: "snap/half/1/meta/snap.yaml", content: "name: half\n", packages: [], problems: 1 },
  ],
  nix: [
    {
      path: "nix/var/nix/db/db.sqlite",
      content: nixStore([
        "/nix/store/0c5i0qz1bpnxyq8g1gjv3wbhy8pv9p0x-openssl-3.0.12-bin",
        "/nix/store/1c5i0qz1bpnxyq8g1gjv3wbhy8pv9p0x-openssl-3.0.12",
        "/nix/store/2c5i0qz1bpnxyq8g1gjv3wbhy8pv9p0x-python3-3.11.6",
        "/nix/store/3c5i0qz1bpnxyq8g1gjv3wbhy8pv9p0x-builder.sh",
      ]),
      packages: ["nix/openssl@3.0.12", "nix/python3@3.11.6"],
    },
  ],
  "nix-store": [
    {
      path: "nix/store/0c5i0qz1bpnxyq8g1gjv3wbhy8pv9p0x-openssl-3.0.12-bin",
      content: "",
      packages: ["nix/openssl@3.0.12"],
      isFolder: true,
    },
    {
      path: "nix/store/3c5i0qz1bpnxyq8g1gjv3wbhy8pv9p0x-source",
      content: "",
      packages: [],
      isFolder: true,
    },
  ],
  "linux-kernel": [
    {
      path: "boot/vmlinuz-6.1.0-18-amd64",
      content: kernelHead("6.1.76-1-cloud (x@y) #1 SMP"),
      packages: ["linux-kernel@6.1.76-1-cloud"],
    },
    { path: "boot/vmlinuz-5.10.0-1-arm64", content: Buffer.alloc(2048), packages: ["linux-kernel@5.10.0-1-arm64"] },
  ],
  "kernel-module": [
    {
      path: "lib/modules/6.1.0-18-amd64/updates/dkms/zfs.ko",
      content: buildElf({ ".modinfo": Buffer.from("license=CDDL\0version=2.1.11-1\0name=zfs\0") }),
      packages: ["linux-module/zfs@2.1.11-1"],
    },
  ],
  bottlerocket: [
    {
      path: "usr/share/bottlerocket/application-inventory.json",
      content: '{"Content":[{"Name":"glibc","Version":"2.38","Release":"1.1700","Architecture":"x86_64"}]}',
      packages: ["bottlerocket/glibc@2.38-1.1700"],
    },
  ],
  vcpkg: [
    {
      path: "opt/vcpkg/installed/vcpkg/status",
      content:
        "Package: zlib\nVersion: 1.3\nPort-Version: 1\nArchitecture: x64-linux\nStatus: install ok installed\n\nPackage: curl\nFeature: ssl\nArchitecture: x64-linux\nStatus: install ok installed\n\nPackage: gone\nVersion: 1\nStatus: purge ok not-installed\n",
      packages: ["vcpkg/zlib@1.3#1"],
    },
  ],
  pear: [
    {
      path: "usr/share/php/.registry/archive_tar.reg",
      content:
        'a:2:{s:4:"name";s:11:"Archive_Tar";s:7:"channel";s:12:"pear.php.net";s:7:"version";a:2:{s:7:"release";s:6:"1.4.14";s:3:"api";s:5:"1.4.0";}}',
      packages: ["pear.php.net/Archive_Tar@1.4.14"],
    },
    { path: "usr/share/php/.registry/damaged.reg", content: "a:0:{}", packages: [], problems: 1 },
  ],
  "julia-manifest": [
    {
      path: "root/.julia/environments/v1.9/Manifest.toml",
      content:
        'manifest_format = "2.0"\n\n[[deps.JSON]]\nuuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"\nversion = "0.21.4"\n\n[[deps.Dates]]\nuuid = "ade2ca70-3891-5945-98fb-dc099432e06a"\n',
      packages: ["JSON@0.21.4"],
    },
  ],
  opam: [
    {
      path: "home/opam/.opam/default/.opam-switch/packages/lwt.5.7.0/opam",
      content: 'opam-version: "2.0"\n',
      packages: ["lwt@5.7.0"],
    },
  ],
  "prolog-pack": [
    {
      path: "root/.local/share/swi-prolog/pack/func/pack.pl",
      content: "name(func).\nversion('0.4.2').\ntitle('Function application and composition').\n",
      packages: ["swi-prolog/func@0.4.2"],
    },
    { path: "srv/pack.pl", content: ":- module(pack, []).\n", packages: [], problems: 1 },
  ],
  "github-actions": [
    {
      path: "app/.github/workflows/build.yml",
      content:
        "jobs:\n  a:\n    uses: octo/flows/.github/workflows/ci.yml@main\n    steps:\n      - uses: actions/checkout@v4\n      - name: x\n        uses: 'actions/cache/restore@0c45773b623bea8c8e75f6c82b208c3cf94ea4f9' # v4.0.2\n      - uses: ./local\n      - uses: docker://alpine:3\n",
      packages: ["actions/cache@v4.0.2 (dev)", "actions/checkout@v4 (dev)", "octo/flows@main (dev)"],
    },
  ],
  gguf: [
    { path: "models/tiny.gguf", content: data("image-models/tiny.gguf"), packages: ["model/Tiny-Llama-15M@v1.1"] },
  ],
  safetensors: [
    {
      path: "models/tiny/model.safetensors",
      content: data("image-models/titled.safetensors"),
      packages: ["model/Tiny Test@"],
    },
    {
      path: "root/.cache/huggingface/hub/models--octo--tiny/snapshots/1a2b3c/model-00001-of-00002.safetensors",
      content: data("image-models/titled.safetensors"),
      packages: ["huggingface.co/octo/tiny@1a2b3c"],
    },
  ],
  "terraform-lock": [
    {
      path: "app/.terraform.lock.hcl",
      content:
        'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.31.0"\n  constraints = "~> 5.0"\n  hashes = [\n    "h1:x",\n  ]\n}\n',
      packages: ["registry.terraform.io/hashicorp/aws@5.31.0"],
    },
  ],
};

/** A store's data base as Nix lays it out (libstore, schema.sql), as far as its list of paths. */
function nixStore(paths: readonly string[]): Uint8Array {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE ValidPaths (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, path TEXT UNIQUE NOT NULL)");
  const insert = database.prepare("INSERT INTO ValidPaths (path) VALUES (?)");
  for (const path of paths) insert.run(path);
  return database.serialize();
}

/** The first sectors of a bootable kernel, with its version text in the third. */
function kernelHead(version: string): Buffer {
  const bytes = Buffer.alloc(2048);
  bytes.write("HdrS", 0x202, "latin1");
  bytes.writeUInt16LE(0x200, 0x20e);
  bytes.write(`${version}\0`, 0x400, "latin1");
  return bytes;
}

function programSample(path: string, text: string | Buffer, found: string): DetectorSample {
  const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : text;
  return { path, content: Buffer.concat([buildElf({}), bytes]), packages: [found] };
}
