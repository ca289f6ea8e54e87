import { BrokerError, type RetryPolicy, retry, type Secret } from "@tidewaiter/runtime";
import { answerError } from "../http/answer-error.ts";
import { readJson } from "../http/read-body.ts";
import type { HttpAnswer, HttpCall, Transport } from "../http/transport.ts";
import { assertTokenHost, redirectTarget, type UrlPolicy } from "../http/url-policy.ts";
import { basicHeader, type Credential } from "./credential.ts";
import { readTokenAnswer, type TokenAnswer } from "./token-answer.ts";

/** What a Bearer challenge asks for. */
export interface TokenDemand {
  readonly realm: URL;
  readonly service?: string;
  readonly scopes: readonly string[];
}

export interface TokenRequestContext {
  readonly transport: Transport;
  readonly policy: UrlPolicy;
  readonly retryPolicy: RetryPolicy;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly scrub: (text: string) => string;
}

const CLIENT_ID = "tidewaiter";
const REFUSED_METHOD = new Set([404, 405]);

/**
 * Asks a token server: identity tokens by OAuth2 POST, passwords by GET with Basic, each with the other form when the server
 * does not know the first.
 *
 * @throws {BrokerError} REGISTRY_POLICY, REGISTRY_UNAUTHORIZED, REGISTRY_FORBIDDEN, REGISTRY_PROTOCOL and the codes of the network.
 */
export async function requestToken(
  demand: TokenDemand,
  credential: Credential,
  refreshToken: Secret | undefined,
  context: TokenRequestContext,
): Promise<TokenAnswer> {
  assertTokenHost(demand.realm, context.policy);
  const identity = refreshToken ?? credential.identityToken;
  const forms = identity
    ? [refreshForm(demand, identity), queryForm(demand, { username: credential.username ?? "", password: identity })]
    : [queryForm(demand, credential), ...passwordForm(demand, credential)];
  for (const [index, form] of forms.entries()) {
    const isLast = index === forms.length - 1;
    const answer = await attempt(form, isLast, demand, context);
    if (answer) return answer;
  }
  throw new BrokerError("REGISTRY_PROTOCOL", `${demand.realm.host} knows no way to give a token`);
}

type Form = Omit<HttpCall, "signal">;

function queryForm({ realm, service, scopes }: TokenDemand, credential: Credential): Form {
  const url = new URL(realm);
  url.hash = "";
  if (service) url.searchParams.append("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const authorization = basicHeader(credential);
  return { method: "GET", url, headers: authorization ? { authorization } : {} };
}

function refreshForm(demand: TokenDemand, token: Secret): Form {
  return postForm(demand, { grant_type: "refresh_token", refresh_token: token.reveal() });
}

function passwordForm(demand: TokenDemand, { username, password }: Credential): Form[] {
  if (!username || !password) return [];
  return [postForm(demand, { grant_type: "password", username, password: password.reveal() })];
}

function postForm({ realm, service, scopes }: TokenDemand, fields: Readonly<Record<string, string>>): Form {
  const body = new URLSearchParams({
    ...fields,
    client_id: CLIENT_ID,
    ...(service && { service }),
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
  });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", url: realm, headers, body: body.toString() };
}

/** Undefined when the server does not know this form and another is left. */
function attempt(
  form: Form,
  isLast: boolean,
  demand: TokenDemand,
  context: TokenRequestContext,
): Promise<TokenAnswer | undefined> {
  const { transport, maxBytes, scrub, timeoutMs, retryPolicy } = context;
  const signal = AbortSignal.timeout(timeoutMs);
  const work = async (): Promise<TokenAnswer | undefined> => {
    const answer = await sendFollowing(form, signal, transport, context.policy);
    if (answer.status < 300) {
      return readTokenAnswer(await readJson(answer, maxBytes, "the token"), demand.realm.host);
    }
    if (REFUSED_METHOD.has(answer.status) && !isLast) {
      await answer.discard();
      return undefined;
    }
    throw await answerError(answer, { kind: "token", name: "access token" }, maxBytes, scrub);
  };
  return retry(work, { policy: retryPolicy, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new BrokerError("TIMEOUT", `${demand.realm.host} gave no token within ${timeoutMs} ms`, { cause: error });
  });
}

/** One redirect within the token server's own origin; credentials go nowhere else. */
async function sendFollowing(
  form: Form,
  signal: AbortSignal,
  transport: Transport,
  policy: UrlPolicy,
): Promise<HttpAnswer> {
  const answer = await transport.send({ ...form, signal });
  if (answer.status < 300 || answer.status > 399) return answer;
  await answer.discard();
  const target = redirectTarget(form.url, answer.header("location"), policy);
  if (target.origin !== form.url.origin) {
    throw new BrokerError("REGISTRY_POLICY", `the token server ${form.url.host} redirects to ${target.host}`);
  }
  return transport.send({ ...form, url: target, signal });
}
