import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RegistryType } from "../../api/types/index.ts";
import { accountOf, signInAdvice } from "./account-names.ts";

describe("account names", () => {
  it("are told apart by the conventions of their registry", () => {
    const cases: readonly (readonly [type: RegistryType, name: string, kind: string, standing: string])[] = [
      ["harbor-cr", "robot$team+ci", "harborRobot", "service"],
      ["harbor-cr", "ada", "harborUser", "person"],
      ["quay-cr", "acme+puller", "quayRobot", "service"],
      ["quay-cr", "$oauthtoken", "quayApp", "service"],
      ["quay-cr", "ada@example.com", "quayMail", "refused"],
      ["gitlab-cr", "gitlab+deploy-token-17", "gitlabDeploy", "service"],
      ["gitlab-cr", "project_4_bot_0a1b", "gitlabBot", "service"],
      ["gitlab-cr", "gitlab-ci-token", "gitlabJob", "refused"],
      ["acr", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "acrPrincipal", "service"],
      ["acr", "00000000-0000-0000-0000-000000000000", "acrShort", "refused"],
      ["acr", "ada@example.com", "acrMail", "refused"],
      ["gcr", "_json_key", "googleKey", "service"],
      ["google-artifact-cr", "oauth2accesstoken", "googleHour", "refused"],
      ["google-artifact-cr", "ada@example.com", "googleOther", "refused"],
      ["ncr", "CORP\\ada", "ncrMail", "refused"],
      ["oci", "AWS", "ociAws", "refused"],
      ["artifactory-cr", "ada", "artifactoryUser", "person"],
    ];

    const found = cases.map(([type, name]) => accountOf(type, name));

    assert.deepEqual(
      found,
      cases.map(([, , kind, standing]) => ({ kind, standing })),
    );
  });

  it("of single sign-on are named where a sign-in was refused", () => {
    const types: readonly RegistryType[] = ["acr", "quay-cr", "harbor-cr", "gitlab-cr", "ncr", "gcr", "ecr"];

    assert.deepEqual(types.map(signInAdvice), [
      ...["acrMail", "quayMail", "harborUser", "gitlabUser", "ncrMail"],
      ...[undefined, undefined],
    ]);
  });

  it("say nothing before one is typed, and of types that ask for none", () => {
    assert.equal(accountOf("harbor-cr", "  "), undefined);
    assert.equal(accountOf("ecr", "AWS"), undefined);
  });
});
