import { BrokerError } from "@tidewaiter/runtime";
import type { Request, Response } from "express";
import { readCookie } from "../../access/authenticate.ts";
import type { Oidc } from "../../access/oidc.ts";
import type { Principal } from "../../access/principal.ts";
import type { RateLimit } from "../../access/rate-limit.ts";
import { SESSION_COOKIE } from "../../access/sessions.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

/** Signing in and out. */
export function sessionHandlers(services: Services): Handlers<"session"> {
  const { users, links, sessions, oidc, passwordTries, sessionMaxMs } = services;
  const signIn = async (res: Response, userId: string): Promise<Principal> => {
    const value = await sessions.create(userId);
    setCookie(res, value, sessionMaxMs);
    const principal = await sessions.find(value);
    if (!principal) throw new BrokerError("UNAUTHENTICATED", "the account may not sign in");
    return principal;
  };
  return {
    methods: async () => ({ password: true, oidc: oidc?.name ?? null, isSetUp: await users.isAnybody() }),
    async redeem({ body, res, note }) {
      const invitation = await links.redeem(body.token);
      const userId = await users.create(body.name, invitation, { password: body.password });
      note({ actor: body.name, role: invitation.role });
      return toView(await signIn(res, userId));
    },
    async create({ body, res, note, req }) {
      const userId = await checkPassword(services, passwordTries, body, req);
      note({ actor: body.name });
      return toView(await signIn(res, userId));
    },
    async oidcStart({ req, res, signal }) {
      res.redirect(303, await configured(oidc).start(req, res, signal));
    },
    async oidcFinish({ req, res, signal }) {
      const { userId, name } = await configured(oidc).finish(req, res, signal);
      await signIn(res, userId);
      await services.audit.record({ actor: name, action: "session.oidcFinish", target: "", address: req.ip ?? "" });
      res.redirect(303, "/");
    },
    show: async ({ principal }) => toView(principal),
    async end({ req, res }) {
      const value = readCookie(req, SESSION_COOKIE);
      if (value) await sessions.end(value);
      setCookie(res, "", 0);
      return undefined;
    },
    async changePassword({ principal, body, req }) {
      const userId = await users.verify(principal.name, body.present);
      if (userId !== principal.id) throw wrongPassword();
      await users.setPassword(userId, body.next);
      await sessions.endOthers(userId, readCookie(req, SESSION_COOKIE));
      return undefined;
    },
  };
}

/** Tries are limited for each name as well as for each address, and every failure stands in the audit log. */
async function checkPassword(
  { users, audit }: Services,
  tries: RateLimit,
  { name, password }: { readonly name: string; readonly password: string },
  req: Request,
): Promise<string> {
  tries.take(name.toLowerCase());
  const userId = await users.verify(name, password);
  if (userId !== undefined) return userId;
  await audit.record({ actor: name.slice(0, 100), action: "session.refused", target: "", address: req.ip ?? "" });
  throw wrongPassword();
}

function wrongPassword(): BrokerError {
  return new BrokerError("UNAUTHENTICATED", "name and password do not belong together", {
    likely: "one of them is mistyped, or the account was disabled",
    action: "try again, or ask an administrator for a new invitation",
  });
}

function configured(oidc: Oidc | undefined): Oidc {
  if (oidc) return oidc;
  throw new BrokerError("NOT_FOUND", "no identity provider is configured");
}

/** `__Host-` demands Secure, a path of `/` and no domain. Browsers take loopback for secure. */
function setCookie(res: Response, value: string, maxAgeMs: number): void {
  res.cookie(SESSION_COOKIE, value, { httpOnly: true, secure: true, sameSite: "strict", path: "/", maxAge: maxAgeMs });
}

function toView({ kind, id, name, role, scopes, connections }: Principal) {
  return { kind, id, name, role, scopes: [...scopes], connections: connections && [...connections] };
}
