import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";
import { REGISTRY_TYPES } from "@tidewaiter/contract";
import { ERROR_CODES } from "@tidewaiter/runtime";
import { generatedDocs } from "../../scripts/docs/generated-docs.ts";
import { PROCESSES } from "../../scripts/docs/processes.ts";

const PAGES = ["README.md", ...globSync("docs/**/*.md"), ...globSync("docker/**/*.md")];
/** Filled in by compose itself. */
const COMPOSE_ONLY = /^TIDEWAITER_(SERVER|CLIENT|AGENT)_(IMAGE|PORT)$/;
/** Read by the command line only. */
const CLI_ONLY = ["TIDEWAITER_ADVISORY_SIGNING_KEY", "TIDEWAITER_CR_"];
/** What every process takes beside its schema: Node's own, and how sockets leave. */
/** Read before or beside the table of settings: where settings come from, pools, and what every process reads. */
const READ_BESIDE_SETTINGS =
  /^(NODE_EXTRA_CA_CERTS|HTTPS?_PROXY|NO_PROXY|SERVICE_ENV|CONFIG_SECRET_FILE|SNYK_|CR_CREDENTIALS_POOL)$/;
const TYPE_PAGE = [
  /^## Rights$/m,
  /^## Variables of the broker client$/m,
  /^## Check\n\n```sh\ncurl /m,
  /^## Errors one meets here\n\n\| code \|/m,
  /^## How far this is proven$/m,
];
const LINK = /\]\((?!https?:|#|mailto:)([^)#\s]+)/g;

describe("the documentation", () => {
  for (const [path, text] of Object.entries(generatedDocs())) {
    it(`has ${path} as the schemas are now (node scripts/run.js docs writes it)`, () => {
      assert.equal(readFileSync(path, "utf8"), text);
    });
  }

  for (const type of REGISTRY_TYPES) {
    it(`has a page for ${type} with rights, variables, a check, errors and what is proven, and leads to it`, () => {
      const page = readFileSync(`docs/connect/${type}.md`, "utf8");

      for (const part of TYPE_PAGE) assert.match(page, part);
      assert.ok(page.includes(`CR_TYPE=${type}`));
      assert.ok(readFileSync("docs/connect/README.md", "utf8").includes(`](${type}.md)`));
      assert.ok(readFileSync("README.md", "utf8").includes(`](docs/connect/${type}.md)`));
    });
  }

  it("links to pages that are there", () => {
    const broken = PAGES.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(LINK)]
        .map(([, target = ""]) => normalize(join(dirname(page), target)))
        .filter((target) => !existsSync(target))
        .map((target) => `${page}: ${target}`),
    );

    assert.deepEqual(broken, []);
  });

  it("names only error codes and variables that there are", () => {
    const codes: readonly string[] = Object.keys(ERROR_CODES);
    const variables = new Set(PROCESSES.flatMap(({ rows }) => rows.map(({ name }) => name)));
    const files = [...PAGES, ...globSync("docker/**/*.yaml")].map(
      (path) => [path, readFileSync(path, "utf8")] as const,
    );

    const unknownCodes = files.flatMap(([path, text]) =>
      [...text.matchAll(/\[`([A-Z_]+)`\]\(/g)]
        .filter(([, code = ""]) => !codes.includes(code))
        .map(([hit]) => `${path}: ${hit}`),
    );
    const unknownVariables = files.flatMap(([path, text]) =>
      [...text.matchAll(/\bTIDEWAITER_[A-Z_]+\b/g)]
        .map(([name]) => name.replace(/_FILE$/, ""))
        .filter((name) => !variables.has(name) && !COMPOSE_ONLY.test(name) && !CLI_ONLY.includes(name))
        .map((name) => `${path}: ${name}`),
    );

    assert.deepEqual([unknownCodes, unknownVariables], [[], []]);
  });

  it("tells of each variable of the vendor's whether it is there", () => {
    const page = readFileSync("docs/replace-snyk.md", "utf8");
    const [, client = "", agent = ""] = page.split(/^### (?:Broker client|Registry agent)$/m);
    const claims = [client, agent].map(variablesClaimed);

    const wrong = claims.flatMap((claimed, index) => {
      const known = new Set(PROCESSES[index]?.rows.map(({ name }) => name));
      return claimed.filter(({ name, isThere }) => !READ_BESIDE_SETTINGS.test(name) && known.has(name) !== isThere);
    });

    assert.ok((claims[0]?.length ?? 0) > 60);
    assert.deepEqual(wrong, []);
  });

  it("keeps the README short", () => {
    assert.ok(readFileSync("README.md", "utf8").split("\n").length < 250);
  });

  it("alerts and scales on figures that there are", () => {
    const known = readFileSync("docs/reference/metrics.md", "utf8");
    const used = ["docs/operate.md", ...globSync("docker/kubernetes/**/*.yaml")].flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/\btidewaiter_[a-z_]+/g)].map(([name]) => name),
    );

    assert.ok(used.length > 5);
    assert.deepEqual(
      used.filter((name) => !known.includes(`\`${name}\``)),
      [],
    );
  });

  it("names each variable of the generated table once for each process", () => {
    const sections = readFileSync("docs/reference/settings.md", "utf8").split("\n## ").slice(1);

    for (const section of sections) {
      const names = [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
      assert.equal(new Set(names).size, names.length);
    }
  });
});

/** Variables in the first column of a table, and whether the second says that they have an effect. */
function variablesClaimed(text: string): { name: string; isThere: boolean }[] {
  return [...text.matchAll(/^\| (.*?) \| (.*) \|$/gm)].flatMap(([, names = "", says = ""]) =>
    [...names.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name = ""]) => ({ name, isThere: !says.startsWith("not ") })),
  );
}
