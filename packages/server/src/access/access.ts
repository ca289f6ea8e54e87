import { BrokerError, type Clock, type Logger } from "@tidewaiter/runtime";
import type { ServerSettings } from "../config.ts";
import type { Db } from "../store/open.ts";
import { type Audit, createAudit } from "./audit.ts";
import { readKey } from "./authenticate.ts";
import { type ApiKeys, createApiKeys } from "./keys.ts";
import { createLinks, type Links } from "./links.ts";
import { createOidc, type Oidc } from "./oidc.ts";
import { createPasswords } from "./passwords.ts";
import { sees } from "./principal.ts";
import { createRateLimit, type RateLimit } from "./rate-limit.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { createUsers, type Users } from "./users.ts";

/** Who may come in, and what was done. */
export interface Access {
  readonly users: Users;
  readonly keys: ApiKeys;
  readonly links: Links;
  readonly sessions: Sessions;
  readonly oidc: Oidc | undefined;
  readonly passwordTries: RateLimit;
  readonly audit: Audit;
  /** Whether an Authorization header may use the tunnel's pass-through and status routes. */
  mayUseTunnel(authorization: string | undefined, connectionId: string | undefined): Promise<boolean>;
}

export function createAccess(
  db: Db,
  clock: Clock,
  log: Logger,
  settings: ServerSettings,
  servers: () => number,
): Access {
  const users = createUsers(db, clock, createPasswords());
  const keys = createApiKeys(db, clock, settings.TIDEWAITER_API_KEY?.reveal());
  const times = {
    maxMs: settings.TIDEWAITER_SESSION_HOURS * 3_600_000,
    idleMs: settings.TIDEWAITER_SESSION_IDLE_MINUTES * 60_000,
  };
  const perMinute = settings.TIDEWAITER_SIGN_INS_PER_MINUTE;
  return {
    users,
    keys,
    links: createLinks(db, clock, settings.TIDEWAITER_LINK_MINUTES * 60_000),
    sessions: createSessions(db, clock, times),
    oidc: configureOidc(users, clock, log, settings),
    passwordTries: createRateLimit({ burst: perMinute, perMinute, clock, servers }),
    audit: createAudit(db, clock),
    async mayUseTunnel(authorization, connectionId) {
      const key = readKey(authorization);
      const principal = key === undefined ? undefined : await keys.find(key);
      if (!principal?.scopes.includes("tunnel:call")) return false;
      return connectionId === undefined ? principal.connections === null : sees(principal, connectionId);
    },
  };
}

function configureOidc(users: Users, clock: Clock, log: Logger, settings: ServerSettings): Oidc | undefined {
  const {
    TIDEWAITER_OIDC_ISSUER: issuer,
    TIDEWAITER_OIDC_CLIENT_ID: clientId,
    TIDEWAITER_OIDC_CLIENT_SECRET: clientSecret,
  } = settings;
  if (!issuer) return undefined;
  const publicUrl = settings.TIDEWAITER_PUBLIC_URL;
  if (!clientId || !clientSecret || !publicUrl) {
    throw new BrokerError(
      "CONFIG_INVALID",
      "TIDEWAITER_OIDC_ISSUER needs TIDEWAITER_OIDC_CLIENT_ID, TIDEWAITER_OIDC_CLIENT_SECRET and TIDEWAITER_PUBLIC_URL",
    );
  }
  return createOidc({
    issuer: new URL(issuer),
    clientId,
    clientSecret: clientSecret.reveal(),
    publicUrl: new URL(publicUrl),
    name: settings.TIDEWAITER_OIDC_NAME,
    defaultRole: settings.TIDEWAITER_OIDC_ROLE,
    scope: settings.TIDEWAITER_OIDC_SCOPE,
    allowsPlainHttp: settings.TIDEWAITER_OIDC_PLAIN_HTTP,
    users,
    clock,
    log,
  });
}
