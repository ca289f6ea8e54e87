import type { RegistryType } from "../../api/types/index.ts";

/** `service`: made for machines. `person`: somebody's own. `refused`: its password is not taken, or not for long. */
type Standing = "service" | "person" | "refused";
type Row = readonly [form: RegExp, kind: string, standing: Standing];

const MAIL = /@|\\/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const google = [
  [/^_json_key(_base64)?$/, "googleKey", "service"],
  [/^oauth2accesstoken$/, "googleHour", "refused"],
  [/./, "googleOther", "refused"],
] as const satisfies readonly Row[];

/** What a user name tells of itself, by the registry's own conventions. The first form that fits counts. */
const NAMES = {
  "artifactory-cr": [[/./, "artifactoryUser", "person"]],
  "harbor-cr": [
    [/^robot\$/, "harborRobot", "service"],
    [/./, "harborUser", "person"],
  ],
  acr: [
    [/^0{8}(-0{4}){3}-0{12}$/, "acrShort", "refused"],
    [GUID, "acrPrincipal", "service"],
    [MAIL, "acrMail", "refused"],
    [/./, "acrToken", "service"],
  ],
  gcr: google,
  "google-artifact-cr": google,
  "docker-hub": [[/./, "hubUser", "person"]],
  "quay-cr": [
    [/^[^+@\\]+\+[^+@\\]+$/, "quayRobot", "service"],
    [/^\$(app|oauthtoken)$/, "quayApp", "service"],
    [MAIL, "quayMail", "refused"],
    [/./, "quayUser", "person"],
  ],
  "nexus-cr": [[/./, "nexusUser", "person"]],
  "github-cr": [[/./, "githubUser", "person"]],
  "gitlab-cr": [
    [/^gitlab\+deploy-token-\d+$/, "gitlabDeploy", "service"],
    [/^(project|group)_\d+_bot/, "gitlabBot", "service"],
    [/^gitlab-ci-token$/, "gitlabJob", "refused"],
    [/./, "gitlabUser", "person"],
  ],
  ncr: [
    [MAIL, "ncrMail", "refused"],
    [/./, "ncrKey", "service"],
  ],
  oci: [
    [/^AWS$/, "ociAws", "refused"],
    [/^robot\$/, "ociHarbor", "service"],
    [/^_json_key(_base64)?$/, "ociGoogle", "service"],
    [/./, "ociUser", "person"],
  ],
} as const satisfies Partial<Record<RegistryType, readonly Row[]>>;

type Rows = (typeof NAMES)[keyof typeof NAMES];
export interface Account {
  readonly kind: Rows[number][1];
  readonly standing: Standing;
}

/** What to tell somebody whose sign-in was refused: mostly that the password of single sign-on is not taken. */
export function signInAdvice(type: RegistryType): Account["kind"] | undefined {
  const rows: Rows | undefined = NAMES[type as keyof typeof NAMES];
  const row = rows?.find(([form]) => form === MAIL) ?? rows?.find(([, , standing]) => standing === "person");
  return row?.[1];
}

/** The kind of account behind a user name; nothing where none is typed or the type asks for none. */
export function accountOf(type: RegistryType, userName: string): Account | undefined {
  const rows: Rows | undefined = NAMES[type as keyof typeof NAMES];
  const row = rows?.find(([form]) => form.test(userName.trim()));
  return row && { kind: row[1], standing: row[2] };
}
