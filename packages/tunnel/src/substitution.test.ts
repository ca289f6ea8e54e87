import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createVariables, placeholder } from "./filter/variables.ts";
import { substituteBody, substituteHeaders } from "./substitution.ts";

const CREDENTIALS = placeholder("CR_CREDENTIALS");
const CALLBACK = placeholder("BROKER_CLIENT_URL");
const POLICY = {
  variables: createVariables({ CR_CREDENTIALS: "blob", BROKER_CLIENT_URL: "http://client:7341", BROKER_TOKEN: "t" }),
  credentialHeader: "authorization",
  isAgentRule: true,
  isHeaderAllowed: true,
  isBodyAllowed: true,
};
const REFUSED = { code: "SUBSTITUTION_REFUSED" };

describe("header substitution", () => {
  it("fills the credentials in as the whole value of the configured header", () => {
    const filled = substituteHeaders(
      { authorization: CREDENTIALS, "x-broker-var-sub": "authorization", "x-b": "1" },
      POLICY,
    );

    assert.deepEqual(filled, { authorization: "blob", "x-broker-var-sub": "authorization", "x-b": "1" });
  });

  it("takes the values of a pool in turn", () => {
    const policy = { ...POLICY, variables: createVariables({ CR_CREDENTIALS_POOL: "a,b" }) };
    const headers = { authorization: CREDENTIALS, "x-broker-var-sub": "authorization" };

    const values = [1, 2, 3].map(() => substituteHeaders(headers, policy).authorization);

    assert.deepEqual(values, ["a", "b", "a"]);
  });

  it("refuses every other place and every other name", () => {
    const wishes: Record<string, string>[] = [
      { "x-other": CREDENTIALS, "x-broker-var-sub": "x-other" },
      { authorization: `Bearer ${CREDENTIALS}`, "x-broker-var-sub": "authorization" },
      { authorization: placeholder("BROKER_TOKEN"), "x-broker-var-sub": "authorization" },
      { authorization: placeholder("CR_PASSWORD"), "x-broker-var-sub": "Authorization" },
    ];

    for (const headers of wishes) assert.throws(() => substituteHeaders(headers, POLICY), REFUSED);
  });

  it("refuses credentials on a rule that does not go to the agent", () => {
    const headers = { authorization: CREDENTIALS, "x-broker-var-sub": "authorization" };

    assert.throws(() => substituteHeaders(headers, { ...POLICY, isAgentRule: false }), REFUSED);
  });

  it("leaves headers alone that nobody asked about", () => {
    const headers = { authorization: CREDENTIALS };

    assert.deepEqual(substituteHeaders(headers, POLICY), headers);
  });
});

describe("body substitution", () => {
  const fill = (body: unknown): unknown =>
    JSON.parse(substituteBody(Buffer.from(JSON.stringify(body)), POLICY).toString());

  it("fills the callback address in at the start of a string, and removes the wish", () => {
    const filled = fill({ a: { url: `${CALLBACK}/x` }, BROKER_VAR_SUB: ["a.url", "missing.place"] });

    assert.deepEqual(filled, { a: { url: "http://client:7341/x" } });
  });

  it("refuses credentials and addresses in the middle of a string", () => {
    for (const url of [CREDENTIALS, `http://evil/?${CALLBACK}`, `${CALLBACK}${CREDENTIALS}`]) {
      assert.throws(() => fill({ url, BROKER_VAR_SUB: ["url"] }), REFUSED);
    }
  });

  it("leaves bodies alone that are no JSON object or ask for nothing", () => {
    for (const text of ["BROKER_VAR_SUB", "[1]", '{"BROKER_VAR_SUB":1}', `{"a":"${CALLBACK}"}`]) {
      assert.equal(substituteBody(Buffer.from(text), POLICY).toString(), text);
    }
  });
});
