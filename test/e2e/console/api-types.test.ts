import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import type { z } from "zod";
import * as ours from "../../../packages/console/src/api/types/index.ts";
import { calledAddress } from "../../../packages/console/src/screens/connections/called-address.ts";
import { withUserName } from "../../../packages/console/src/screens/connections/user-name.ts";
import type { AdapterDefinition } from "../../../packages/registry/src/adapters/adapter.ts";
import { artifactory } from "../../../packages/registry/src/adapters/artifactory-cr.ts";
import { nexus } from "../../../packages/registry/src/adapters/nexus-cr.ts";
import { parseBase } from "../../../packages/registry/src/base-url.ts";
import { ALERT_EVENTS } from "../../../packages/server/src/api/contract/channels.ts";
import { ALLOW_MODES, HOPS, registryTypeName } from "../../../packages/server/src/api/contract/connections.ts";
import { DIAGNOSIS_CHECKS, DIAGNOSIS_PARTS } from "../../../packages/server/src/api/contract/diagnosis.ts";
import type { API_ROUTES } from "../../../packages/server/src/api/contract/index.ts";
import { EVENT_NAMES } from "../../../packages/server/src/api/contract/overview.ts";
import { ROLES, SCOPES } from "../../../packages/server/src/api/contract/route.ts";
import { SCHEDULE_KINDS } from "../../../packages/server/src/api/contract/schedule-schema.ts";
import { CALL_DIRECTIONS, CALL_OUTCOMES } from "../../../packages/server/src/api/contract/traffic.ts";
import { createCommands } from "../../../packages/server/src/connections/commands.ts";

type Routes = typeof API_ROUTES;
/** What the API sends, as its schema says. */
type Answer<Area extends keyof Routes, Name extends keyof Routes[Area]> = Routes[Area][Name] extends {
  response: infer R extends z.ZodType;
}
  ? z.output<R>
  : never;
/** Compiles only when every answer of the API is one that the console understands. */
type Understood<Sent extends Known, Known> = Sent;

export type Checked = [
  Understood<Answer<"session", "methods">, ours.SignInMethods>,
  Understood<Answer<"session", "show">, ours.Principal>,
  Understood<Answer<"connections", "types">["items"][number], ours.RegistryTypeInfo>,
  Understood<Answer<"connections", "list">, ours.Page<ours.Connection>>,
  Understood<Answer<"connections", "show">, ours.ConnectionWithClients>,
  Understood<Answer<"connections", "create">, ours.Created>,
  Understood<Answer<"connections", "listTokens">["items"][number], ours.Token>,
  Understood<Answer<"connections", "rotateToken">, ours.Issued>,
  Understood<Answer<"connections", "check">, ours.ConnectionCheck>,
  Understood<Answer<"listings", "repositories">, ours.RepositoriesPage>,
  Understood<Answer<"listings", "tags">, ours.TagsPage>,
  Understood<Answer<"imports", "show">, ours.Import>,
  Understood<Answer<"imports", "log">, ours.Page<ours.Scan>>,
  Understood<Answer<"imports", "listRules">["items"][number], ours.Rule>,
  Understood<Answer<"projects", "list">, ours.Page<ours.Project>>,
  Understood<Answer<"projects", "groups">, ours.Page<ours.RepositoryGroup>>,
  Understood<Answer<"projects", "history">, ours.Page<ours.HistoryRow>>,
  Understood<Answer<"images", "show">, ours.Image>,
  Understood<Answer<"images", "findings">, ours.Page<ours.Finding>>,
  Understood<Answer<"images", "packages">, ours.Page<ours.PackageRow>>,
  Understood<Answer<"images", "layers">["items"][number], ours.LayerRow>,
  Understood<Answer<"images", "problems">, ours.Page<ours.ScanGap>>,
  Understood<Answer<"images", "base">, ours.BaseAdvice>,
  Understood<Answer<"findings", "list">, ours.Page<ours.FindingSummary>>,
  Understood<Answer<"schedules", "show">, ours.Schedules>,
  Understood<Answer<"schedules", "preview">, ours.SchedulePreview>,
  Understood<Answer<"allowLists", "common">["entries"][number], ours.AllowEntry>,
  Understood<Answer<"allowLists", "ofConnection">, ours.ConnectionAllowList>,
  Understood<Answer<"channels", "list">["items"][number], ours.Channel>,
  Understood<Answer<"channels", "deliveries">, ours.Page<ours.Delivery>>,
  Understood<Answer<"people", "listUsers">, ours.Page<ours.User>>,
  Understood<Answer<"people", "listKeys">, ours.Page<ours.ApiKey>>,
  Understood<Answer<"people", "audit">, ours.Page<ours.AuditEntry>>,
  Understood<Answer<"overview", "show">, ours.Overview>,
  Understood<Answer<"overview", "history">, ours.OverviewHistory>,
  Understood<Answer<"overview", "advisories">, ours.AdvisoryStatus>,
  Understood<Answer<"fleet", "show">, ours.Fleet>,
  Understood<Answer<"fleet", "agents">, ours.FleetAgents>,
  Understood<Answer<"traffic", "list">, ours.Traffic>,
  Understood<Answer<"diagnosis", "run">, ours.Diagnosis>,
];

describe("types of the console", () => {
  it("know the same words as the API", () => {
    const pairs: readonly (readonly [readonly string[], readonly string[]])[] = [
      [ours.ROLES, ROLES],
      [ours.SCOPES, SCOPES],
      [ours.HOPS, HOPS],
      [ours.ALLOW_MODES, ALLOW_MODES],
      [ours.ALERT_EVENTS, ALERT_EVENTS],
      [ours.SCHEDULE_KINDS, SCHEDULE_KINDS],
      [ours.REGISTRY_TYPES, registryTypeName.options],
      [ours.CALL_DIRECTIONS, CALL_DIRECTIONS],
      [ours.CALL_OUTCOMES, CALL_OUTCOMES],
      [ours.DIAGNOSIS_PARTS, DIAGNOSIS_PARTS],
      [ours.DIAGNOSIS_CHECKS, DIAGNOSIS_CHECKS],
      [ours.LIVE_EVENTS, [...EVENT_NAMES, "reset"]],
    ];
    for (const [known, sent] of pairs) assert.deepEqual(known, sent);
  });
});

describe("what the wizard says of registry types", () => {
  it("fills the user name into the commands, whatever stands in it", () => {
    const input = {
      type: "harbor-cr",
      options: {},
      token: "t",
      serverUrl: "https://server.example",
      version: "1",
    } as const;
    const userName = 'robot$team+ci\'s "$HOME" $&';

    const commands = withUserName(createCommands(input), userName);

    const variables = [...commands.client.matchAll(/--env ('[\s\S]*?'(?= \\)|\S+)/g)].map(([, one = ""]) => one);
    const name = variables.find((one) => one.includes("CR_USERNAME")) ?? "";
    assert.equal(execFileSync("sh", ["-c", `printf %s ${name}`], { encoding: "utf8" }), `CR_USERNAME=${userName}`);
    const line = /CR_USERNAME: (.*)/.exec(commands.compose)?.[1] ?? "";
    assert.equal((JSON.parse(line) as string).replaceAll("$$", "$"), userName);
  });

  it("names the address that the agent will call", () => {
    const definitions = { "nexus-cr": nexus, "artifactory-cr": artifactory } as const;
    const typed = ["host:5000", "https://Host.example/", "host/v2", "host/repository/docker", "host/team/project"];
    for (const [type, definition] of Object.entries(definitions)) {
      for (const base of [...typed, "host/artifactory/api/docker/local", "[::1]:5000", "a b", "host?x", "u@host"]) {
        const called = calledAddress(type as keyof typeof definitions, base, false);
        assert.equal(called?.url, rootOf(base, definition)?.href, `${type} ${base}`);
      }
    }
  });
});

/** What the registry client makes of the address; undefined where it refuses it. */
function rootOf(base: string, definition: AdapterDefinition): URL | undefined {
  try {
    return parseBase(base, { isPlainHttp: false, isPrefix: () => false, ...definition }).root;
  } catch {
    return undefined;
  }
}
