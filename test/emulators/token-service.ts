import { randomBytes } from "node:crypto";
import express, { type Request, type RequestHandler, type Response } from "express";

/** A token server of the distribution specification, with the habits that vendors give it. */
export interface TokenServiceOptions {
  readonly service: string;
  /** Absolute or relative; what the challenge names. */
  readonly realm: string;
  readonly accounts?: Readonly<Record<string, string>>;
  /** Strangers get tokens too. */
  readonly allowsAnonymous?: boolean;
  /** Fields of the answer; `token` and `expires_in` when left out. */
  readonly answer?: (token: string, lifetimeS: number, issuedAt: string) => object;
  readonly lifetimeS?: number;
  /** The challenge; scope is undefined for `/v2/`. */
  readonly challenge?: (realm: string, service: string, scope: string | undefined, error: string | undefined) => string;
  /** What a call demands. */
  readonly scopeOf?: (path: string) => string | undefined;
  /** Paths that need a token; `/v2` and below when left out. */
  readonly guards?: RegExp;
  /** Scopes that an account gets; all that it asked for when left out. */
  readonly grant?: (scopes: readonly string[], account: string | undefined) => readonly string[];
  /** OAuth2 servers know no GET: names and passwords come by POST as well. */
  readonly isPostOnly?: boolean;
  /** Identity tokens, taken by POST and by the account that they stand for. */
  readonly identityTokens?: Readonly<Record<string, string>>;
}

interface Issued {
  readonly scopes: readonly string[];
  readonly account?: string;
  readonly until: number;
  isRevoked: boolean;
}

/** What can go wrong with tokens (reference, 8.2). */
export interface TokenFaults {
  /** Makes every token that was given out so far worthless. */
  revokeAll(): void;
  /** The next request gets a byte now and then and never an end. */
  stallNext?(): void;
  /** Sets the service's clock apart from everybody else's. */
  shiftClock?(ms: number): void;
}

export interface TokenService extends Required<TokenFaults> {
  /** Answers 401 with a challenge unless the call carries a token with the scope. */
  readonly guard: RequestHandler;
  /** The endpoint at a path; other calls pass by. */
  at(path: string): RequestHandler;
  readonly issuedCount: number;
  accountOf(req: Request): string | undefined;
}

/** `repository:<name>:pull` for contents, `registry:catalog:*` for the catalog, none for `/v2/`. */
export function distributionScope(path: string): string | undefined {
  if (path === "/v2/_catalog") return "registry:catalog:*";
  const name = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(path)?.[1];
  return name && `repository:${name}:pull`;
}

export function createTokenService(options: TokenServiceOptions): TokenService {
  const { accounts = {}, service, lifetimeS = 300, scopeOf = distributionScope } = options;
  const issued = new Map<string, Issued>();
  let [stalls, shiftMs] = [0, 0];
  const challenge = options.challenge ?? distributionChallenge;
  const bearerOf = (req: Request): Issued | undefined =>
    issued.get((req.headers.authorization ?? "").replace(/^Bearer /i, ""));

  const guard: RequestHandler = (req, res, next) => {
    if (!(options.guards ?? /^\/v2/).test(req.path)) return next();
    const scope = scopeOf(req.path);
    const header = req.headers.authorization;
    const token = bearerOf(req);
    const isValid = token !== undefined && !token.isRevoked && token.until > Date.now();
    if (isValid && (!scope || token.scopes.includes(scope))) return next();
    const error = !header ? undefined : isValid ? "insufficient_scope" : "invalid_token";
    res.setHeader("www-authenticate", challenge(options.realm, service, scope, error));
    refuse(res, 401, "UNAUTHORIZED", "authentication required");
  };

  const give = (res: Response, asked: readonly string[], account: string | undefined): void => {
    const token = randomBytes(24).toString("base64url");
    const scopes = options.grant?.(asked, account) ?? asked;
    issued.set(token, { scopes, account, until: Date.now() + lifetimeS * 1000, isRevoked: false });
    const issuedAt = new Date(Date.now() + shiftMs).toISOString();
    res.json(options.answer?.(token, lifetimeS, issuedAt) ?? { token, expires_in: lifetimeS, issued_at: issuedAt });
  };

  const byGet = (req: Request, res: Response): void => {
    const account = basicAccount(req, accounts);
    const hasHeader = req.headers.authorization !== undefined;
    if ((hasHeader && !account) || (!hasHeader && !options.allowsAnonymous)) {
      refuse(res, 401, "UNAUTHORIZED", "incorrect username or password");
    } else {
      give(res, [req.query.scope ?? []].flat().map(String), account);
    }
  };

  const byPost = (req: Request, res: Response): void => {
    const form = req.body as Readonly<Record<string, string>>;
    const account = options.identityTokens?.[form.refresh_token ?? ""];
    if (form.grant_type === "refresh_token" && account)
      give(res, (form.scope ?? "").split(" ").filter(Boolean), account);
    else if (options.isPostOnly && form.grant_type === "password" && accounts[form.username ?? ""] === form.password)
      give(res, (form.scope ?? "").split(" ").filter(Boolean), form.username);
    else refuse(res, 401, "UNAUTHORIZED", "invalid grant");
  };

  const endpoint: RequestHandler = (req, res) => {
    if (stalls > 0) {
      stalls -= 1;
      drip(res);
    } else if (req.method === "GET" && !options.isPostOnly) byGet(req, res);
    else if (req.method === "POST" && (options.identityTokens || options.isPostOnly))
      express.urlencoded()(req, res, () => byPost(req, res));
    else refuse(res, 405, "UNSUPPORTED", "method not allowed");
  };

  return {
    guard,
    at: (path) => (req, res, next) => (req.path === path ? endpoint(req, res, next) : next()),
    revokeAll: () => {
      for (const token of issued.values()) token.isRevoked = true;
    },
    stallNext: () => {
      stalls += 1;
    },
    shiftClock: (ms) => {
      shiftMs = ms;
    },
    get issuedCount() {
      return issued.size;
    },
    accountOf: (req) => bearerOf(req)?.account,
  };
}

function drip(res: Response): void {
  const timer = setInterval(() => res.write(" "), 10);
  res.once("close", () => clearInterval(timer));
}

export function distributionChallenge(
  realm: string,
  service: string,
  scope: string | undefined,
  error: string | undefined,
): string {
  const parts = [`realm="${realm}"`, `service="${service}"`];
  if (scope) parts.push(`scope="${scope}"`);
  if (error) parts.push(`error="${error}"`);
  return `Bearer ${parts.join(",")}`;
}

/** The account of a Basic header, when name and password are right. */
export function basicAccount(req: Request, accounts: Readonly<Record<string, string>>): string | undefined {
  const [scheme, encoded = ""] = (req.headers.authorization ?? "").split(" ");
  const [name = "", ...rest] = Buffer.from(encoded, "base64").toString().split(":");
  const isRight =
    scheme?.toLowerCase() === "basic" && Object.hasOwn(accounts, name) && accounts[name] === rest.join(":");
  return isRight ? name : undefined;
}

export function refuse(res: Response, status: number, code: string, message: string): void {
  res.status(status).json({ errors: [{ code, message, detail: null }] });
}
