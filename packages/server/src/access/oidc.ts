import { BrokerError, type Clock, type Logger } from "@tidewaiter/runtime";
import type { Request, Response } from "express";
import type { Configuration } from "openid-client";
import type { Role } from "../api/contract/route.ts";
import { readCookie } from "./authenticate.ts";
import type { Users } from "./users.ts";

export interface OidcOptions {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Address of the console, as browsers see it. */
  readonly publicUrl: URL;
  /** What stands on the button. */
  readonly name: string;
  /** Role of people who come for the first time. */
  readonly defaultRole: Role;
  readonly scope: string;
  /** Only for tests and closed networks. */
  readonly allowsPlainHttp: boolean;
  readonly users: Users;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Signing in with an OpenID provider: authorization code with PKCE. */
export interface Oidc {
  readonly name: string;
  /** Where to send the browser. */
  start(req: Request, res: Response, signal: AbortSignal): Promise<string>;
  /** @throws {BrokerError} UNAUTHENTICATED when state, code or token do not hold. */
  finish(req: Request, res: Response, signal: AbortSignal): Promise<{ userId: string; name: string }>;
}

/** SameSite=Lax: the provider sends the browser back from another site. Lives for one round. */
const FLOW_COOKIE = "__Host-tidewaiter-oidc";
const FLOW_MS = 600_000;

export function createOidc(options: OidcOptions): Oidc {
  let discovered: Promise<Configuration> | undefined;
  const configuration = (): Promise<Configuration> => {
    discovered ??= discover(options).catch((error) => {
      discovered = undefined;
      throw new BrokerError("UNAVAILABLE", "the identity provider cannot be reached", { cause: error });
    });
    return discovered;
  };
  const redirect_uri = new URL("/api/v1/sign-in/oidc/callback", options.publicUrl).href;
  return {
    name: options.name,
    async start(_req, res) {
      const client = await loadClient();
      const verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const flow = Buffer.from(JSON.stringify({ verifier, state })).toString("base64url");
      res.cookie(FLOW_COOKIE, flow, { httpOnly: true, secure: true, sameSite: "lax", path: "/", maxAge: FLOW_MS });
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri,
        scope: options.scope,
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      return url.href;
    },
    async finish(req, res) {
      const { verifier, state } = readFlow(req);
      res.clearCookie(FLOW_COOKIE, { httpOnly: true, secure: true, sameSite: "lax", path: "/" });
      const current = new URL(`${redirect_uri}${new URL(req.originalUrl, options.publicUrl).search}`);
      const claims = await exchange(await configuration(), current, verifier, state);
      return findOrCreate(options, claims);
    },
  };
}

/** Most servers have no provider, and the library takes time to load. */
const loadClient = () => import("openid-client");

async function discover(options: OidcOptions): Promise<Configuration> {
  const { issuer, clientId, clientSecret, allowsPlainHttp } = options;
  const client = await loadClient();
  const execute = allowsPlainHttp ? [client.allowInsecureRequests] : [];
  return client.discovery(issuer, clientId, clientSecret, undefined, { execute, timeout: 10 });
}

function readFlow(req: Request): { verifier: string; state: string } {
  try {
    const flow: unknown = JSON.parse(Buffer.from(readCookie(req, FLOW_COOKIE) ?? "", "base64url").toString("utf8"));
    const { verifier, state } = flow as Record<string, unknown>;
    if (typeof verifier === "string" && typeof state === "string") return { verifier, state };
  } catch {
    // Told below.
  }
  throw new BrokerError("UNAUTHENTICATED", "this sign-in was not started in this browser, or too long ago", {
    action: "start again from the sign-in page",
  });
}

interface Claims {
  readonly subject: string;
  readonly name: string;
}

async function exchange(configuration: Configuration, current: URL, verifier: string, state: string): Promise<Claims> {
  try {
    const client = await loadClient();
    const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true };
    const claims = (await client.authorizationCodeGrant(configuration, current, checks)).claims();
    if (!claims) throw new TypeError("no claims in the answer");
    const name = [claims.preferred_username, claims.email, claims.name, claims.sub].find(
      (value) => typeof value === "string",
    );
    return { subject: `${claims.iss} ${claims.sub}`, name: String(name).slice(0, 64) };
  } catch (error) {
    throw new BrokerError("UNAUTHENTICATED", "the identity provider's answer does not hold", {
      cause: error,
      likely: "the sign-in was refused or took too long, or client id and secret are wrong",
      action: "start again; if it stays, check the TIDEWAITER_OIDC_* variables",
    });
  }
}

async function findOrCreate(
  { users, defaultRole, log }: OidcOptions,
  { subject, name }: Claims,
): Promise<{ userId: string; name: string }> {
  const known = await users.findByOidc(subject);
  if (known) return { userId: known, name };
  const invitation = { role: defaultRole, connections: null };
  const userId = await users.create(await users.freeName(name), invitation, { oidcSubject: subject });
  log.info("somebody came for the first time", { name, role: defaultRole });
  return { userId, name };
}
