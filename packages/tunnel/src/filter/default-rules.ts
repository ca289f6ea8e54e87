import type { FilterRule, RuleFile } from "./rule-file.ts";
import { placeholder } from "./variables.ts";

/** A variable of the client, filled in when a request is forwarded. */
const AGENT = placeholder("CR_AGENT_URL");

const DOWN: readonly (readonly [method: string, path: string])[] = [
  ["GET", "/healthcheck"],
  ["GET", "/systemcheck"],
  ["GET", "/validate-credentials"],
  ["GET", "/get-state-identifier"],
  ["GET", "/list"],
  ["GET", "/list/*"],
  ["GET", "/list-paginated/*"],
  ["GET", "/list-with-metadata/*"],
  ["GET", "/image-metadata/*"],
  ["POST", "/discover"],
  ["POST", "/scan"],
  ["GET", "/scans"],
  ["GET", "/scans/*"],
  ["DELETE", "/scans/*"],
  ["PUT", "/hooks/*"],
  ["DELETE", "/hooks/*"],
];

const UP: readonly string[] = [
  "/api/v2/import/done",
  "/api/v2/import/result",
  "/api/v2/import/progress",
  "/api/v2/import/push",
  "/api/v1/recurring-tests/dependencies",
  "/v1/import/app",
  "/v2/import/done",
  "/v2/import/result",
  "/v1/recurring-tests/dependencies",
  "/rest/scan/result",
];

/** What a registry agent's client allows without a rule file: the vendor's list (protocol 2.4), then our own routes. */
export const CLIENT_RULES: RuleFile = {
  private: DOWN.map(([method, path]) => rule(method, path, AGENT)),
  public: UP.map((path) => rule("POST", path)),
};

/** What our server allows without a rule file: any request down, which the client's rules judge, and the callbacks up. */
export const SERVER_RULES: RuleFile = {
  private: UP.map((path) => rule("POST", path)),
  public: [rule("any", "/*")],
};

function rule(method: string, path: string, origin?: string): FilterRule {
  return { method, path, ...(origin !== undefined && { origin }) };
}
