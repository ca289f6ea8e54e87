import type { Clock, Logger } from "@tidewaiter/runtime";
import type { Audit } from "./access/audit.ts";
import type { ApiKeys } from "./access/keys.ts";
import type { Links } from "./access/links.ts";
import type { Oidc } from "./access/oidc.ts";
import type { RateLimit } from "./access/rate-limit.ts";
import type { Sessions } from "./access/sessions.ts";
import type { Users } from "./access/users.ts";
import type { Advisories } from "./advisories/advisories.ts";
import type { Channels } from "./alerts/channels.ts";
import type { Deliveries } from "./alerts/deliveries.ts";
import type { AgentCalls } from "./connections/agent-calls.ts";
import type { Connections } from "./connections/connections.ts";
import type { Hooks } from "./connections/hooks.ts";
import type { Listings } from "./connections/listings.ts";
import type { BrokerTokens } from "./connections/tokens.ts";
import type { BundleOptions } from "./diagnose/bundle.ts";
import type { EventBus } from "./events/bus.ts";
import type { Fleet } from "./fleet/fleet.ts";
import type { Images } from "./images/images.ts";
import type { Imports } from "./imports/imports.ts";
import type { Rules } from "./imports/rules.ts";
import type { AllowLists } from "./policy/allow-lists.ts";
import type { Projects } from "./projects/projects.ts";
import type { StopScans } from "./scans/stop-scans.ts";
import type { Schedules } from "./schedules/schedules.ts";
import type { Db } from "./store/open.ts";
import type { Traffic } from "./traffic/traffic.ts";
import type { TunnelHub } from "./tunnel/hub.ts";

/** What the routes of the API work with. */
export interface Services {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bus: EventBus;
  readonly hub: TunnelHub;
  readonly fleet: Fleet;
  readonly traffic: Traffic;
  readonly diagnosis: BundleOptions;
  readonly version: string;
  /** Address of this server as others see it, when it was set. */
  readonly publicUrl: string | undefined;
  readonly sessionMaxMs: number;
  readonly users: Users;
  readonly keys: ApiKeys;
  readonly links: Links;
  readonly sessions: Sessions;
  readonly oidc: Oidc | undefined;
  /** Tries of a password, for each name. */
  readonly passwordTries: RateLimit;
  readonly audit: Audit;
  readonly connections: Connections;
  readonly tokens: BrokerTokens;
  readonly agent: AgentCalls;
  readonly listings: Listings;
  readonly hooks: Hooks;
  readonly imports: Imports;
  readonly rules: Rules;
  readonly projects: Projects;
  readonly images: Images;
  readonly stopScans: StopScans;
  readonly allowLists: AllowLists;
  readonly advisories: Advisories;
  readonly schedules: Schedules;
  readonly channels: Channels;
  readonly deliveries: Deliveries;
  readonly allowsPrivateWebhooks: boolean;
  /** Counts again what remains after the allow lists; waits a moment, and goes on in the background when it takes long. */
  recount(connectionId: string | null): Promise<void>;
}
